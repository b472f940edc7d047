package io.cropvqa.image;

/**
 * A picture on its way to being an {@link io.cropvqa.domain.RgbImage}.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]}
 */
record Pixels(int width, int height, byte[] rgb) {

  static Pixels blank(int width, int height) {
    return new Pixels(width, height, new byte[width * height * 3]);
  }

  Pixels turned(Orientation orientation) {
    return orientation.apply(this);
  }

  void copyPixel(int x, int y, Pixels from, int fromX, int fromY) {
    System.arraycopy(from.rgb, (fromY * from.width + fromX) * 3, rgb, (y * width + x) * 3, 3);
  }
}
