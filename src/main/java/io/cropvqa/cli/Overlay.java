package io.cropvqa.cli;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A picture of what an answer looked at: the contextual region framed, the patches whose visual
 * tokens were pruned in the shade.
 */
final class Overlay {
  private static final Color SHADE = new Color(0, 0, 0, 170);
  private static final Color FRAME = new Color(255, 64, 0);

  private final BufferedImage picture;

  private Overlay(BufferedImage picture) {
    this.picture = picture;
  }

  static Overlay of(RgbImage image, Answer answer) {
    BufferedImage original = picture(image);
    BufferedImage picture = picture(image);
    Graphics2D canvas = picture.createGraphics();
    canvas.setColor(SHADE);
    canvas.fillRect(0, 0, image.width(), image.height());
    for (ImageBox patch : answer.pruning().keptPatches()) {
      canvas.setClip(onImage(patch, image));
      canvas.drawImage(original, 0, 0, null);
    }
    canvas.setClip(null);
    canvas.setColor(FRAME);
    canvas.setStroke(new BasicStroke(Math.max(1, image.width() / 150f)));
    canvas.draw(onImage(answer.region().box().toBox(), image));
    canvas.dispose();
    return new Overlay(picture);
  }

  void write(Path file) throws IOException {
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException("no PNG writer");
    }
  }

  private static Rectangle2D onImage(ImageBox box, RgbImage image) {
    return new Rectangle2D.Double(
        box.left() * image.width(),
        box.top() * image.height(),
        (box.right() - box.left()) * image.width(),
        (box.bottom() - box.top()) * image.height());
  }

  private static BufferedImage picture(RgbImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.rgb();
    for (int y = 0, i = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++, i += 3) {
        picture.setRGB(
            x, y, (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | (rgb[i + 2] & 0xff));
      }
    }
    return picture;
  }
}
