package io.cropvqa.domain;

/**
 * A rectangle on an image in fractions of its width and height, so that it holds for every size of
 * that image.
 *
 * @param left 0 is the image's left edge, 1 its right; a box may reach beyond the image
 * @param top 0 is the upper edge
 * @param right greater than {@code left}
 * @param bottom greater than {@code top}
 */
public record ImageBox(double left, double top, double right, double bottom) {

  /** The box from its upper left corner on, with so much of its width and height, in 0..1. */
  public ImageBox upperLeft(double share) {
    double less = 1 - share;
    return new ImageBox(left, top, right - less * (right - left), bottom - less * (bottom - top));
  }

  public double centreX() {
    return (left + right) / 2;
  }

  public double centreY() {
    return (top + bottom) / 2;
  }

  public boolean contains(double x, double y) {
    return left <= x && x < right && top <= y && y < bottom;
  }
}
