package io.cropvqa.evaluation.scenes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/**
 * A sign ready to be painted.
 *
 * @param sign what it says
 * @param text its lettering in pixels
 * @param board colour of the board
 * @param ink colour of the lettering
 */
record Signboard(Sign sign, Shape text, Color board, Color ink) {
  private static final int MARGIN = 3;
  private static final double DARK = 0.3;

  static Signboard draw(Sign sign, Typeface typeface, Random random) {
    boolean number = sign.kind() == Sign.Kind.NUMBER;
    int size = number ? between(18, 23, random) : between(15, 18, random);
    Shape text = typeface.outline(sign.text(), size);
    return random.nextDouble() < DARK
        ? new Signboard(sign, text, grey(between(10, 50, random)), grey(250))
        : new Signboard(sign, text, paper(random), grey(between(0, 60, random)));
  }

  private static int between(int least, int most, Random random) {
    return least + random.nextInt(most - least + 1);
  }

  private static Color grey(int level) {
    return new Color(level, level, level);
  }

  private static Color paper(Random random) {
    return new Color(
        between(225, 255, random), between(225, 255, random), between(200, 255, random));
  }

  int width() {
    return (int) Math.ceil(text.getBounds2D().getWidth()) + 2 * MARGIN;
  }

  int height() {
    return (int) Math.ceil(text.getBounds2D().getHeight()) + 2 * MARGIN;
  }

  void paint(Graphics2D canvas, int x, int y) {
    canvas.setColor(board);
    canvas.fillRect(x, y, width(), height());
    Rectangle2D bounds = text.getBounds2D();
    canvas.setColor(ink);
    canvas.fill(
        AffineTransform.getTranslateInstance(x + MARGIN - bounds.getX(), y + MARGIN - bounds.getY())
            .createTransformedShape(text));
  }
}
