package io.cropvqa.model;

import io.cropvqa.domain.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Golden data, see src/test/resources/golden/README.md. */
public final class Golden {
  public static final Path ROOT = Path.of("src/test/resources/golden");

  private Golden() {}

  /** The folders of one kind, each the name of a test's case. */
  public static Stream<Path> folders(String kind) throws IOException {
    return Files.list(ROOT.resolve(kind)).filter(Files::isDirectory).sorted();
  }

  /** A picture as eight-bit RGB, alpha left out. */
  public static RgbImage picture(String name) throws IOException {
    BufferedImage image = ImageIO.read(ROOT.resolve("images/" + name + ".png").toFile());
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int y = 0, at = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int argb = image.getRGB(x, y);
        rgb[at++] = (byte) (argb >> 16);
        rgb[at++] = (byte) (argb >> 8);
        rgb[at++] = (byte) argb;
      }
    }
    return new RgbImage(image.getWidth(), image.getHeight(), rgb, name);
  }
}
