package io.cropvqa.domain;

import java.util.List;

/**
 * The part of an image that a question is about: one rectangle of blocks on an 8x8 grid laid over
 * the original image.
 *
 * <p>All four numbers are 0-indexed and <em>inclusive</em>: {@code [2,1,4,3]} is three blocks wide
 * and three high, and {@code [0,0,7,7]} is the whole image (CROP, section 3.1).
 *
 * @param xmin leftmost block
 * @param ymin topmost block
 * @param xmax rightmost block, at least {@code xmin}
 * @param ymax lowest block, at least {@code ymin}
 */
public record ContextualRegion(int xmin, int ymin, int xmax, int ymax) {
  /** Blocks along each side of the grid. */
  public static final int GRID = 8;

  /** A box this close to a block's edge, in blocks, ends there: it was computed in fractions. */
  private static final double ROUNDING = 1e-9;

  public static final ContextualRegion WHOLE_IMAGE = new ContextualRegion(0, 0, GRID - 1, GRID - 1);

  /**
   * @throws IllegalArgumentException unless {@code 0 <= min <= max <= 7} on both axes
   */
  public ContextualRegion {
    if (xmin < 0 || ymin < 0 || xmin > xmax || ymin > ymax || xmax >= GRID || ymax >= GRID) {
      throw new IllegalArgumentException(
          "region [%d,%d,%d,%d] must be [xmin,ymin,xmax,ymax] with 0 <= min <= max <= %d"
              .formatted(xmin, ymin, xmax, ymax, GRID - 1));
    }
  }

  /** Reads {@code [xmin, ymin, xmax, ymax]}, the order of the wire and of the command line. */
  public static ContextualRegion of(List<Integer> box) {
    if (box.size() != 4) {
      throw new IllegalArgumentException(
          "region needs four block numbers [xmin,ymin,xmax,ymax], got %d".formatted(box.size()));
    }
    return new ContextualRegion(box.get(0), box.get(1), box.get(2), box.get(3));
  }

  public List<Integer> toList() {
    return List.of(xmin, ymin, xmax, ymax);
  }

  public boolean isWholeImage() {
    return equals(WHOLE_IMAGE);
  }

  /** Where the region lies on the image. */
  public ImageBox toBox() {
    double block = 1.0 / GRID;
    return new ImageBox(xmin * block, ymin * block, (xmax + 1) * block, (ymax + 1) * block);
  }

  /**
   * The smallest region that covers a box: snapped outward to whole blocks, cut off at the image's
   * edges.
   */
  public static ContextualRegion covering(ImageBox box) {
    int xmin = clamp(Math.floor(box.left() * GRID + ROUNDING));
    int ymin = clamp(Math.floor(box.top() * GRID + ROUNDING));
    int xmax = clamp(Math.ceil(box.right() * GRID - ROUNDING) - 1);
    int ymax = clamp(Math.ceil(box.bottom() * GRID - ROUNDING) - 1);
    return new ContextualRegion(xmin, ymin, Math.max(xmin, xmax), Math.max(ymin, ymax));
  }

  private static int clamp(double block) {
    return (int) Math.max(0, Math.min(GRID - 1, block));
  }

  /** Whether all of another region lies in this one. */
  public boolean contains(ContextualRegion other) {
    return xmin <= other.xmin && ymin <= other.ymin && xmax >= other.xmax && ymax >= other.ymax;
  }

  /** Share of the image that two regions have in common, in [0, 1]. */
  public double commonAreaRatio(ContextualRegion other) {
    int width = Math.min(xmax, other.xmax) - Math.max(xmin, other.xmin) + 1;
    int height = Math.min(ymax, other.ymax) - Math.max(ymin, other.ymin) + 1;
    return Math.max(0, width) * Math.max(0, height) / (double) (GRID * GRID);
  }

  /** Share of the image that the region covers, in (0, 1]. */
  public double areaRatio() {
    return (xmax - xmin + 1) * (ymax - ymin + 1) / (double) (GRID * GRID);
  }
}
