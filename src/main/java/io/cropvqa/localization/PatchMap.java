package io.cropvqa.localization;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;

/**
 * A score for every patch of a grid without row ends.
 *
 * @param grid the patches
 * @param scores [N], the class token's among them if there is one
 */
record PatchMap(PatchGrid grid, float[] scores) {
  private static final double MOST = 0.75; // of an image: tiles are a half of it or less

  /**
   * The map of the finest of the grids that show most of the image.
   *
   * @param scores of all tokens, [N]
   */
  static PatchMap of(VisualLayout layout, float[] scores) {
    int best = 0;
    int first = 0;
    int next = 0;
    for (int i = 0; i < layout.grids().size(); i++) {
      if (i == 0 || FINER.compare(layout.grids().get(i), layout.grids().get(best)) > 0) {
        best = i;
        first = next;
      }
      next += layout.grids().get(i).size();
    }
    PatchGrid grid = layout.grids().get(best);
    return new PatchMap(
        new PatchGrid(grid.classTokens(), grid.rows(), grid.columns(), 0, grid.canvas()),
        Arrays.copyOfRange(scores, first, first + grid.size()));
  }

  private static final Comparator<PatchGrid> FINER =
      Comparator.comparing((PatchGrid grid) -> grid.area() > MOST)
          .thenComparingInt(PatchGrid::size);

  /** Each patch's mean with the patches around it, up to a sixteenth of each side away. */
  PatchMap smoothed() {
    float[] means = scores.clone();
    int high = Math.round(grid.rows() / 16f);
    int wide = Math.round(grid.columns() / 16f);
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        double sum = 0;
        int count = 0;
        int right = Math.min(grid.columns() - 1, column + wide);
        for (int y = Math.max(0, row - high); y <= Math.min(grid.rows() - 1, row + high); y++) {
          for (int x = Math.max(0, column - wide); x <= right; x++) {
            sum += scores[grid.patch(y, x)];
            count++;
          }
        }
        means[grid.patch(row, column)] = (float) (sum / count);
      }
    }
    return new PatchMap(grid, means);
  }

  /** Share of all patches' scores, none below 0, that lies inside a region. */
  double share(ContextualRegion region) {
    double inside = 0;
    double all = 0;
    for (int token = grid.classTokens(); token < scores.length; token++) {
      all += scores[token];
      inside += grid.isInside(token, region) ? scores[token] : 0;
    }
    return inside / all;
  }

  /** The patch with the highest score. */
  int best() {
    int best = grid.classTokens();
    for (int token = best + 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }

  /**
   * The box around all patches that hang together with a first one and reach a score; diagonals
   * count.
   */
  ImageBox around(int first, double least) {
    BitSet seen = new BitSet(scores.length);
    Deque<Integer> open = new ArrayDeque<>();
    seen.set(first);
    open.add(first);
    int top = grid.rows();
    int left = grid.columns();
    int bottom = 0;
    int right = 0;
    while (!open.isEmpty()) {
      int row = grid.row(open.peek());
      int column = grid.column(open.remove());
      top = Math.min(top, row);
      left = Math.min(left, column);
      bottom = Math.max(bottom, row + 1);
      right = Math.max(right, column + 1);
      for (int y = Math.max(0, row - 1); y <= Math.min(grid.rows() - 1, row + 1); y++) {
        for (int x = Math.max(0, column - 1); x <= Math.min(grid.columns() - 1, column + 1); x++) {
          int neighbour = grid.classTokens() + y * grid.columns() + x;
          if (scores[neighbour] >= least && !seen.get(neighbour)) {
            seen.set(neighbour);
            open.add(neighbour);
          }
        }
      }
    }
    return grid.box(top, left, bottom, right);
  }

  /** Share of the softmax of all patches' scores that lies inside a region. */
  double massInside(ContextualRegion region, double temperature) {
    double highest = scores[best()];
    double inside = 0;
    double all = 0;
    for (int token = grid.classTokens(); token < scores.length; token++) {
      double mass = Math.exp((scores[token] - highest) / temperature);
      all += mass;
      inside += grid.isInside(token, region) ? mass : 0;
    }
    return inside / all;
  }
}
