package io.cropvqa.image;

/**
 * The eight ways to turn a picture (EXIF tag 0x0112), named by where row 0 and column 0 of the
 * stored pixels belong.
 */
enum Orientation {
  TOP_LEFT(false, false, false),
  TOP_RIGHT(false, true, false),
  BOTTOM_RIGHT(false, true, true),
  BOTTOM_LEFT(false, false, true),
  LEFT_TOP(true, false, false),
  RIGHT_TOP(true, false, true),
  RIGHT_BOTTOM(true, true, true),
  LEFT_BOTTOM(true, true, false);

  private final boolean transposed;
  private final boolean fromRight;
  private final boolean fromBottom;

  /**
   * @param transposed whether rows of the shown picture are columns of the stored one
   * @param fromRight whether stored columns are read from the right
   * @param fromBottom whether stored rows are read from the bottom
   */
  Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
    this.transposed = transposed;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** By the number in the file, 1 to 8; any other number turns nothing. */
  static Orientation ofTag(int tag) {
    return 1 <= tag && tag <= values().length ? values()[tag - 1] : TOP_LEFT;
  }

  Pixels apply(Pixels stored) {
    if (this == TOP_LEFT) {
      return stored;
    }
    int width = transposed ? stored.height() : stored.width();
    int height = transposed ? stored.width() : stored.height();
    Pixels shown = Pixels.blank(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        shown.copyPixel(
            x,
            y,
            stored,
            fromRight ? stored.width() - 1 - column : column,
            fromBottom ? stored.height() - 1 - row : row);
      }
    }
    return shown;
  }
}
