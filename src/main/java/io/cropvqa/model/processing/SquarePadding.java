package io.cropvqa.model.processing;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.UnusableInputException;
import java.util.List;

/** Puts a picture in the middle of a square as long as its longer side (LLaVA's "pad"). */
final class SquarePadding {
  private static final int CHANNELS = 3;
  private static final int LONGEST_SIDE = 8192;

  private SquarePadding() {}

  /**
   * @param colour of the border, red green blue in 0..1
   * @throws UnusableInputException if the square would be larger than any picture should be
   */
  static RgbImage pad(RgbImage image, List<Double> colour) {
    if (image.width() == image.height()) {
      return image;
    }
    int side = Math.max(image.width(), image.height());
    if (side > LONGEST_SIDE) {
      throw new UnusableInputException(
          "the picture is too long to be padded to a square: %d pixels, at most %d"
              .formatted(side, LONGEST_SIDE));
    }
    byte[] rgb = new byte[side * side * CHANNELS];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (int) (colour.get(i % CHANNELS) * 255);
    }
    int rowBytes = image.width() * CHANNELS;
    for (int row = 0; row < image.height(); row++) {
      int target = ((row + before(image.height(), side)) * side + before(image.width(), side));
      System.arraycopy(image.rgb(), row * rowBytes, rgb, target * CHANNELS, rowBytes);
    }
    return new RgbImage(side, side, rgb, image.digest());
  }

  /** A box on the padded picture, in fractions of that, as one on the original. */
  static ImageBox onOriginal(ImageBox box, RgbImage image) {
    int side = Math.max(image.width(), image.height());
    int x = before(image.width(), side);
    int y = before(image.height(), side);
    return new ImageBox(
        (box.left() * side - x) / image.width(),
        (box.top() * side - y) / image.height(),
        (box.right() * side - x) / image.width(),
        (box.bottom() * side - y) / image.height());
  }

  private static int before(int length, int side) {
    return (side - length) / 2;
  }
}
