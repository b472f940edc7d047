package io.cropvqa.evaluation.scenes;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/**
 * Paints what is behind the objects: a square of a background, mirrored or not, darker or lighter.
 *
 * <p>A model can learn a dozen backgrounds by heart, and then takes what it sees on any other for
 * objects. So most training scenes show backgrounds that don't exist: two laid over each other, the
 * colours of each exchanged.
 */
final class Backdrop {
  private static final int SIZE = SceneGenerator.SIZE;
  private static final double PLAIN = 0.3;
  private static final int[][] CHANNEL_ORDERS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  private final List<BufferedImage> backgrounds;
  private final boolean training;

  Backdrop(List<BufferedImage> backgrounds, Split split) {
    this.backgrounds = backgrounds;
    this.training = split.training();
  }

  /** A new picture, {@link SceneGenerator#SIZE} pixels wide and high. */
  BufferedImage paint(Random random) {
    BufferedImage picture = square(random);
    if (training && random.nextDouble() >= PLAIN) {
      recolor(picture, random);
      BufferedImage over = square(random);
      recolor(over, random);
      Graphics2D canvas = picture.createGraphics();
      float opacity = 0.5f * random.nextFloat();
      canvas.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, opacity));
      canvas.drawImage(over, 0, 0, null);
      canvas.dispose();
    }
    Graphics2D canvas = picture.createGraphics();
    shade(canvas, random);
    canvas.dispose();
    return picture;
  }

  private BufferedImage square(Random random) {
    BufferedImage whole = backgrounds.get(random.nextInt(backgrounds.size()));
    int shorter = Math.min(whole.getWidth(), whole.getHeight());
    int side = SIZE + random.nextInt(shorter - SIZE + 1);
    int x = random.nextInt(whole.getWidth() - side + 1);
    int y = random.nextInt(whole.getHeight() - side + 1);
    boolean mirrored = random.nextBoolean();
    BufferedImage square = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = square.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.drawImage(
        whole, mirrored ? SIZE : 0, 0, mirrored ? 0 : SIZE, SIZE, x, y, x + side, y + side, null);
    canvas.dispose();
    return square;
  }

  /** Exchanges the channels, and makes a negative of every fourth picture. */
  private static void recolor(BufferedImage picture, Random random) {
    int[] order = CHANNEL_ORDERS[random.nextInt(CHANNEL_ORDERS.length)];
    int negative = random.nextInt(4) == 0 ? 0xFF : 0;
    int[] pixels = picture.getRaster().getPixels(0, 0, SIZE, SIZE, (int[]) null);
    int[] recolored = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      recolored[i] = pixels[i - i % 3 + order[i % 3]] ^ negative;
    }
    picture.getRaster().setPixels(0, 0, SIZE, SIZE, recolored);
  }

  /** Darkens a background by up to half, or lightens it a little. */
  private static void shade(Graphics2D canvas, Random random) {
    double light = 0.5 + 0.65 * random.nextDouble();
    int strength = (int) Math.round(255 * Math.abs(1 - light));
    canvas.setColor(light < 1 ? new Color(0, 0, 0, strength) : new Color(255, 255, 255, strength));
    canvas.fillRect(0, 0, SIZE, SIZE);
  }
}
