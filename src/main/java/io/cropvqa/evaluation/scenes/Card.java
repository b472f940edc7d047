package io.cropvqa.evaluation.scenes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.Random;

/**
 * The coloured card behind an object.
 *
 * @param color what it is called
 * @param shade what it is painted in
 * @param padding pixels that it shows around the drawing
 * @param arc diameter of its rounded corners in pixels; 0 has a white frame instead
 */
record Card(CardColor color, Color shade, int padding, int arc) {
  private static final double ROUNDED = 0.7;

  static Card draw(Random random) {
    CardColor color = CardColor.values()[random.nextInt(CardColor.values().length)];
    int padding = 2 + random.nextInt(4);
    int arc = random.nextDouble() < ROUNDED ? 2 + random.nextInt(14) : 0;
    return new Card(color, color.shade(random), padding, arc);
  }

  void paint(Graphics2D canvas, int x, int y, int width, int height) {
    canvas.setColor(shade);
    if (arc > 0) {
      canvas.fillRoundRect(x, y, width, height, arc, arc);
      return;
    }
    canvas.fillRect(x, y, width, height);
    canvas.setColor(Color.WHITE);
    canvas.drawRect(x, y, width - 1, height - 1);
  }
}
