package io.cropvqa.model.llavanext;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.processing.AnyResolutionImage;
import io.cropvqa.pruning.PatchGrid;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The patches of all tiles as one grid, less the rows or columns that show padding alone. Source:
 * transformers, {@code unpad_image}.
 *
 * <p>Worked example, tiles of 3x3 patches and a picture twice as wide as high in 2x2 tiles: of the
 * 6x6 patches the middle three rows show it; half of the three empty ones, rounded down, is cut on
 * either side, so rows 1 to 4 are left.
 *
 * @param side patches along each side of a tile
 * @param tileColumns tiles in a row
 * @param top rows cut above and below
 * @param left columns cut on either side
 * @param grid what is left, a row end after each row
 */
record TileGrid(int side, int tileColumns, int top, int left, PatchGrid grid) {

  static TileGrid of(AnyResolutionImage image, int side) {
    int rows = image.rows() * side;
    int columns = image.columns() * side;
    boolean wide = (double) image.width() / image.height() > (double) columns / rows;
    int top = wide ? (rows - shown(image.height(), columns, image.width())) / 2 : 0;
    int left = wide ? 0 : (columns - shown(image.width(), rows, image.height())) / 2;
    PatchGrid all = new PatchGrid(rows, columns, image.canvas());
    ImageBox canvas = all.box(top, left, rows - top, columns - left);
    return new TileGrid(
        side,
        image.columns(),
        top,
        left,
        new PatchGrid(0, rows - 2 * top, columns - 2 * left, 1, canvas));
  }

  /** Patches along the side that is padded. */
  private static int shown(int length, int otherPatches, int otherLength) {
    double patches = length * ((double) otherPatches / otherLength);
    return new BigDecimal(patches).setScale(7, RoundingMode.HALF_EVEN).intValue();
  }

  /**
   * For each patch that is left its row in the tokens of all pictures, which have side x side each.
   *
   * @param firstTile pictures before the first tile
   */
  long[] index(int firstTile) {
    long[] index = new long[grid.rows() * grid.columns()];
    for (int i = 0; i < index.length; i++) {
      int row = top + i / grid.columns();
      int column = left + i % grid.columns();
      int tile = firstTile + row / side * tileColumns + column / side;
      index[i] = ((long) tile * side + row % side) * side + column % side;
    }
    return index;
  }
}
