package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.Comparator;
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
    VisualLayout layout = tokens.layout();
    int[] shares = shares(layout, keep);
    TokenGroups all = TokenGroups.singletons(new int[0]);
    int first = 0; // token of the grid
    for (int i = 0; i < shares.length; i++) {
      PatchGrid grid = withoutRowEnds(layout.grids().get(i));
      if (shares[i] > 0) {
        all = all.and(shrunk(grid, shares[i]).shifted(first));
      }
      first += grid.size();
    }
    return tokens.merge(all);
  }

  /** Tokens are numbered without row ends. */
  private static PatchGrid withoutRowEnds(PatchGrid grid) {
    return new PatchGrid(grid.classTokens(), grid.rows(), grid.columns(), 0, grid.canvas());
  }

  private static TokenGroups shrunk(PatchGrid grid, int keep) {
    int whole = keep > 1 ? grid.classTokens() : 0;
    List<Cell> cells = cells(grid, keep - whole);
    TokenGroups shrunk =
        TokenGroups.of(
            cells.stream().map(cell -> cell.patches(grid)).toList(),
            cells.stream().map(cell -> cell.centre(grid)).toList());
    return TokenGroups.singletons(IntStream.range(0, whole).toArray()).and(shrunk);
  }

  /**
   * What each grid has of the budget: in proportion to its size, and what rounding leaves to those
   * that show most of the image.
   */
  private static int[] shares(VisualLayout layout, int keep) {
    List<PatchGrid> grids = layout.grids();
    int[] shares =
        grids.stream().mapToInt(grid -> edge(grid.size(), layout.size(), keep)).toArray();
    int left = keep - IntStream.of(shares).sum();
    IntStream.range(0, shares.length)
        .boxed()
        .filter(i -> shares[i] < grids.get(i).size())
        .sorted(Comparator.comparingDouble(i -> -grids.get(i).area()))
        .limit(left)
        .forEach(i -> shares[i]++);
    return shares;
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
