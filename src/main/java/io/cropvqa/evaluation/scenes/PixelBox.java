package io.cropvqa.evaluation.scenes;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;

/**
 * A rectangle of a scene in pixels.
 *
 * @param left first column
 * @param top first row
 * @param right the column after the last
 * @param bottom the row after the last
 */
public record PixelBox(int left, int top, int right, int bottom) {

  double centreX() {
    return (left + right) / 2.0;
  }

  double centreY() {
    return (top + bottom) / 2.0;
  }

  PixelBox union(PixelBox other) {
    return new PixelBox(
        Math.min(left, other.left),
        Math.min(top, other.top),
        Math.max(right, other.right),
        Math.max(bottom, other.bottom));
  }

  /** Whether fewer than so many pixels lie between the two, on both axes. */
  boolean isWithin(int gap, PixelBox other) {
    return left < other.right + gap
        && other.left < right + gap
        && top < other.bottom + gap
        && other.top < bottom + gap;
  }

  /** The box snapped outward to the 8x8 grid. */
  public ContextualRegion region() {
    double size = SceneGenerator.SIZE;
    return ContextualRegion.covering(
        new ImageBox(left / size, top / size, right / size, bottom / size));
  }
}
