package io.cropvqa.model.processing;

import io.cropvqa.domain.RgbImage;

/**
 * Resizes 8-bit RGB pictures to the very bytes that Pillow's {@code Image.resize} gives.
 *
 * <p>No Java library does: they leave out the antialiasing, take another cubic, or round elsewhere,
 * and a model answers differently for it. Two passes, first along rows, then along columns, with
 * 8-bit values between them.
 */
final class PilResize {
  private static final int CHANNELS = 3;

  private PilResize() {}

  /**
   * The part of a resized picture that lies in a window; the rest is never computed.
   *
   * @param width of the whole resized picture
   * @param height of the whole resized picture
   * @param window in pixels of the resized picture, inside it
   * @return {@code window.height() * window.width() * 3} bytes
   */
  static byte[] resize(
      RgbImage image, int width, int height, PixelWindow window, ResampleFilter filter) {
    if (width == image.width() && height == image.height()) {
      return cut(image, window);
    }
    ResampleKernel columns =
        ResampleKernel.of(image.width(), width, window.left(), window.right(), filter);
    ResampleKernel rows =
        ResampleKernel.of(image.height(), height, window.top(), window.bottom(), filter);

    int firstRow = rows.firstInput();
    int rowBytes = window.width() * CHANNELS;
    byte[] narrowed = new byte[Math.multiplyExact(rows.lastInput() - firstRow, rowBytes)];
    for (int row = firstRow; row < rows.lastInput(); row++) {
      int source = row * image.width() * CHANNELS;
      int target = (row - firstRow) * rowBytes;
      for (int channel = 0; channel < CHANNELS; channel++) {
        columns.apply(
            image.rgb(), source + channel, CHANNELS, narrowed, target + channel, CHANNELS);
      }
    }

    byte[] resized = new byte[window.height() * rowBytes];
    for (int column = 0; column < rowBytes; column++) {
      rows.apply(narrowed, column - firstRow * rowBytes, rowBytes, resized, column, rowBytes);
    }
    return resized;
  }

  private static byte[] cut(RgbImage image, PixelWindow window) {
    int rowBytes = window.width() * CHANNELS;
    byte[] part = new byte[window.height() * rowBytes];
    for (int row = 0; row < window.height(); row++) {
      int source = ((window.top() + row) * image.width() + window.left()) * CHANNELS;
      System.arraycopy(image.rgb(), source, part, row * rowBytes, rowBytes);
    }
    return part;
  }
}
