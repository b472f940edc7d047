package io.cropvqa.model.processing;

/**
 * A rectangle of whole pixels; it may reach beyond the picture it is laid on.
 *
 * @param left first column
 * @param top first row
 * @param width in pixels
 * @param height in pixels
 */
record PixelWindow(int left, int top, int width, int height) {

  static PixelWindow ofWhole(int width, int height) {
    return new PixelWindow(0, 0, width, height);
  }

  /** The window of a size in the middle; where it can't be exact, it leans to the upper left. */
  static PixelWindow centred(int width, int height, int outerWidth, int outerHeight) {
    return new PixelWindow(
        Math.floorDiv(outerWidth - width, 2),
        Math.floorDiv(outerHeight - height, 2),
        width,
        height);
  }

  int right() {
    return left + width;
  }

  int bottom() {
    return top + height;
  }

  boolean isEmpty() {
    return width <= 0 || height <= 0;
  }

  PixelWindow intersect(PixelWindow other) {
    int newLeft = Math.max(left, other.left);
    int newTop = Math.max(top, other.top);
    return new PixelWindow(
        newLeft,
        newTop,
        Math.min(right(), other.right()) - newLeft,
        Math.min(bottom(), other.bottom()) - newTop);
  }
}
