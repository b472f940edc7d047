package io.cropvqa.evaluation.scenes;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A generated picture and what is on it.
 *
 * @param picture {@link SceneGenerator#SIZE} pixels square, RGB
 * @param items its objects; none touches another
 */
public record Scene(BufferedImage picture, List<SceneItem> items) {

  /** The picture as a PNG file. */
  public byte[] png() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageIO.write(picture, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return file.toByteArray();
  }
}
