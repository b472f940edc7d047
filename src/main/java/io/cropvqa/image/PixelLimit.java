package io.cropvqa.image;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;

/**
 * How large a picture may be, whatever its file's size.
 *
 * @param maxPixels width times height
 */
record PixelLimit(long maxPixels) {
  /** RGB bytes lie in one array. */
  private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  private static final int LOSSY_WEBP_COST = 8;

  PixelLimit {
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "crop.image.max-pixels must be 1 to %d, got %d".formatted(MOST_PIXELS, maxPixels));
    }
  }

  /**
   * @return how many pixels there are
   * @throws QuestionFailure {@code image-too-large}
   */
  long check(int width, int height) {
    long pixels = (long) width * height;
    if (pixels > maxPixels) {
      throw new QuestionFailure(
          FailureCode.IMAGE_TOO_LARGE,
          Stage.DECODE,
          "image is %dx%d = %d pixels, more than crop.image.max-pixels=%d: scale it down or raise the setting"
              .formatted(width, height, pixels, maxPixels));
    }
    return pixels;
  }

  /**
   * For lossy WebP, whose decoder holds some 55 bytes a pixel where others hold 7: without this, a
   * small file would take gigabytes.
   *
   * @throws QuestionFailure {@code image-too-large}
   */
  void checkLossyWebp(int width, int height) {
    long pixels = (long) width * height;
    if (pixels > maxPixels / LOSSY_WEBP_COST) {
      throw new QuestionFailure(
          FailureCode.IMAGE_TOO_LARGE,
          Stage.DECODE,
          "image is a lossy WebP of %dx%d = %d pixels, more than 1/%d of crop.image.max-pixels=%d: scale it down, send it as JPEG or PNG, or raise the setting"
              .formatted(width, height, pixels, LOSSY_WEBP_COST, maxPixels));
    }
  }
}
