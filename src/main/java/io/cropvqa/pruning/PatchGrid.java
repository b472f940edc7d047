package io.cropvqa.pruning;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import java.util.stream.IntStream;

/**
 * One grid of patches over an image or a part of it, row by row. Some encoders put a class token
 * before them, which shows all of it and counts as part of every region. Some models put a token
 * after each row, which shows nothing: see {@link VisualLayout}.
 *
 * @param classTokens tokens before the first patch, 0 or 1
 * @param rows patches from top to bottom
 * @param columns patches from left to right
 * @param rowEnds tokens after each row, 0 or 1
 * @param canvas where the grid lies on the original image: resizing, cropping and padding move it
 */
public record PatchGrid(int classTokens, int rows, int columns, int rowEnds, ImageBox canvas) {

  /** A grid of patches alone. */
  public PatchGrid(int rows, int columns, ImageBox canvas) {
    this(0, rows, columns, 0, canvas);
  }

  /** The grid's tokens, row ends not counted. */
  public int size() {
    return classTokens + rows * columns;
  }

  /** The grid's tokens, row ends counted. */
  public int length() {
    return size() + rows * rowEnds;
  }

  /** The token of the patch in a row and a column. */
  public int patch(int row, int column) {
    return classTokens + row * (columns + rowEnds) + column;
  }

  /** The canvas' share of the image. */
  public double area() {
    return (canvas.right() - canvas.left()) * (canvas.bottom() - canvas.top());
  }

  private boolean isPatch(int token) {
    return token >= classTokens;
  }

  boolean isRowEnd(int token) {
    return isPatch(token) && column(token) == columns;
  }

  /** The ends of the rows that a token belongs to: a class token's are none. */
  IntStream rowEndsOf(int token) {
    int end = patch(row(token), columns);
    return isPatch(token) ? IntStream.range(end, end + rowEnds) : IntStream.empty();
  }

  /** The token's row; a class token stands in the middle. */
  public int row(int token) {
    return isPatch(token) ? (token - classTokens) / (columns + rowEnds) : rows / 2;
  }

  /** The token's column; a class token stands in the middle. */
  public int column(int token) {
    return isPatch(token) ? (token - classTokens) % (columns + rowEnds) : columns / 2;
  }

  /** Where a token looks on the original image. */
  public ImageBox box(int token) {
    return isPatch(token)
        ? box(row(token), column(token), row(token) + 1, column(token) + 1)
        : canvas;
  }

  /** Where the patches from one corner up to, not including, another lie on the original image. */
  public ImageBox box(int fromRow, int fromColumn, int toRow, int toColumn) {
    double width = (canvas.right() - canvas.left()) / columns;
    double height = (canvas.bottom() - canvas.top()) / rows;
    return new ImageBox(
        canvas.left() + fromColumn * width,
        canvas.top() + fromRow * height,
        canvas.left() + toColumn * width,
        canvas.top() + toRow * height);
  }

  /**
   * Whether a token belongs to a region: along each axis the patch's centre lies inside, or, where
   * a patch is larger than the region, the region's centre lies inside the patch. So every region
   * that the encoder sees has a patch, however coarse the grid.
   */
  public boolean isInside(int token, ContextualRegion region) {
    if (region.isWholeImage() || !isPatch(token)) {
      return true;
    }
    ImageBox patch = box(token);
    ImageBox wanted = region.toBox();
    return isInside(patch.left(), patch.right(), wanted.left(), wanted.right())
        && isInside(patch.top(), patch.bottom(), wanted.top(), wanted.bottom());
  }

  private static boolean isInside(double from, double to, double regionFrom, double regionTo) {
    double centre = (from + to) / 2;
    double regionCentre = (regionFrom + regionTo) / 2;
    return to - from <= regionTo - regionFrom
        ? regionFrom <= centre && centre < regionTo
        : from <= regionCentre && regionCentre < to;
  }
}
