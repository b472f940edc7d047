package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code downscale}, a control: the image on a coarser grid, as if it had been shrunk until its
 * tokens fit; a strong one (VTC-Bench, arXiv 2510.07143).
 *
 * <p>A tower of one input size makes the same number of tokens of any picture, so its tokens are
 * averaged over the cells of the coarser grid instead (ours). To meet any budget exactly, rows of
 * cells may differ by one cell.
 */
final class DownscalePruning implements PruningMethod {

  @Override
  public String name() {
    return "downscale";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    int[] whole = keep > 1 ? classTokens(tokens.grid()) : new int[0];
    List<Cell> cells = cells(tokens.grid(), keep - whole.length);
    TokenGroups shrunk =
        TokenGroups.of(
            cells.stream().map(cell -> cell.patches(tokens.grid())).toList(),
            cells.stream().map(cell -> cell.centre(tokens.grid())).toList());
    return tokens.merge(TokenGroups.singletons(whole).and(shrunk));
  }

  private static int[] classTokens(PatchGrid grid) {
    return IntStream.range(0, grid.classTokens()).toArray();
  }

  /** Patches from a corner up to, not including, another. */
  private record Cell(int top, int bottom, int left, int right) {
    int[] patches(PatchGrid grid) {
      return IntStream.range(top, bottom)
          .flatMap(row -> IntStream.range(left, right).map(column -> grid.patch(row, column)))
          .toArray();
    }

    int centre(PatchGrid grid) {
      return grid.patch((top + bottom - 1) / 2, (left + right - 1) / 2);
    }
  }

  private static List<Cell> cells(PatchGrid grid, int count) {
    int bands = bands(grid, count);
    List<Cell> cells = new ArrayList<>();
    for (int band = 0; band < bands; band++) {
      int top = edge(band, bands, grid.rows());
      int bottom = edge(band + 1, bands, grid.rows());
      int across = edge(band + 1, bands, count) - edge(band, bands, count);
      for (int cell = 0; cell < across; cell++) {
        int left = edge(cell, across, grid.columns());
        int right = edge(cell + 1, across, grid.columns());
        cells.add(new Cell(top, bottom, left, right));
      }
    }
    return cells;
  }

  /** Rows of cells: as many as make cells square, and so many that none has to be empty. */
  private static int bands(PatchGrid grid, int count) {
    int square = (int) Math.round(Math.sqrt((double) count * grid.rows() / grid.columns()));
    int least = (count + grid.columns() - 1) / grid.columns();
    return Math.max(Math.max(1, least), Math.min(square, grid.rows()));
  }

  private static int edge(int index, int parts, int length) {
    return (int) ((long) index * length / parts);
  }
}
