package io.cropvqa.domain;

/**
 * Decoded pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code height * width * 3} bytes, row by row, red green blue, 0..255; nobody writes to
 *     it
 * @param digest lower-case hex SHA-256 of the encoded image, the key of everything cached about it
 */
public record RgbImage(int width, int height, byte[] rgb, String digest) {

  public RgbImage {
    if (rgb.length != width * height * 3) {
      throw new IllegalArgumentException(
          "%d bytes are not %dx%d RGB pixels".formatted(rgb.length, width, height));
    }
  }
}
