package io.cropvqa.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads an encoded image through ImageIO, asking its size before its pixels. */
final class ImageFile {

  private ImageFile() {}

  /**
   * Pixels of the picture, by its header alone.
   *
   * @throws IOException (or anything unchecked) if the header is damaged
   * @throws io.cropvqa.domain.QuestionFailure {@code image-too-large}
   */
  static long pixels(ImageFormat format, byte[] encoded, PixelLimit limit, DecodeClock clock)
      throws IOException {
    ImageReader reader = format.newReader();
    try (ImageInputStream in = format.stream(encoded, clock)) {
      reader.setInput(in, true, true);
      long pixels = limit.check(reader.getWidth(0), reader.getHeight(0));
      return format == ImageFormat.GIF ? Math.max(pixels, screen(encoded, limit)) : pixels;
    } finally {
      reader.dispose();
    }
  }

  private static long screen(byte[] gif, PixelLimit limit) {
    GifScreen screen = GifScreen.of(gif);
    return limit.check(screen.width(), screen.height());
  }

  /**
   * @throws IOException (or anything unchecked) if the image is damaged or cut short, or takes too
   *     long
   * @throws io.cropvqa.domain.QuestionFailure {@code image-too-large}
   */
  static Pixels read(ImageFormat format, byte[] encoded, PixelLimit limit, DecodeClock clock)
      throws IOException {
    ImageReader reader = format.newReader();
    reader.addIIOReadProgressListener(clock);
    try (ImageInputStream in = format.stream(encoded, clock)) {
      // Of the rest of the metadata nothing is needed, and what isn't parsed can't do harm.
      boolean ignoreMetadata = format != ImageFormat.GIF;
      reader.setInput(in, true, ignoreMetadata);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      limit.check(width, height);
      if (format == ImageFormat.WEBP && WebpChunks.isLossy(encoded)) {
        limit.checkLossyWebp(width, height);
      }
      format.requireIntact(encoded, width, height);
      BufferedImage picture =
          format == ImageFormat.GIF
              ? firstFrame(reader, GifScreen.of(encoded), limit)
              : wholePicture(reader);
      clock.checkNow();
      return RgbConversion.of(picture);
    } finally {
      reader.dispose();
    }
  }

  private static BufferedImage firstFrame(ImageReader reader, GifScreen screen, PixelLimit limit)
      throws IOException {
    limit.check(screen.width(), screen.height());
    BufferedImage frame = reader.read(0);
    return screen.withFrame(frame, reader.getImageMetadata(0));
  }

  private static BufferedImage wholePicture(ImageReader reader) throws IOException {
    DamageListener damage = new DamageListener();
    reader.addIIOReadWarningListener(damage);
    BufferedImage image = reader.read(0);
    if (damage.found().isPresent()) {
      throw new IIOException(damage.found().get());
    }
    return image;
  }
}
