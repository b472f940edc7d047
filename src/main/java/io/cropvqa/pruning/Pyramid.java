package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts in several stages whose sizes keep their proportions, scaled so that the average over layers
 * meets a budget.
 *
 * <p>Where the layers before the first stage can't be paid for, all stages come as many layers
 * earlier as {@link LayerBudget} says, down to a first stage before the first layer.
 *
 * <p>Worked example, stages of 50, 25 and 12.5 % after layers 8, 16 and 24 of 32, N=576: eight full
 * layers cost 4,608 tokens. B=192 leaves 1,536, so 8*(109 + 54 + 27) = 1,520 are spent.
 *
 * @param layers after how many layers each stage cuts, ascending
 * @param shares of N that each stage keeps before scaling, descending
 */
record Pyramid(int[] layers, double[] shares) {
  private static final int HALVINGS = 64;

  PruningSchedule schedule(LayerBudget budget, double minSurvivors) {
    int full = budget.fullLayers(layers[0], minSurvivors);
    int earlier = layers[0] - full;
    int[] starts = IntStream.of(layers).map(layer -> Math.max(0, layer - earlier)).toArray();
    int[] sizes = sizes(largestScale(starts, budget), budget);
    List<PruningSchedule.Cut> cuts = new ArrayList<>();
    for (int stage = 0; stage < starts.length; stage++) {
      if (length(stage, starts, budget) > 0 && sizes[stage] < budget.visualTokens()) {
        cuts.add(new PruningSchedule.Cut(starts[stage], sizes[stage]));
      }
    }
    return new PruningSchedule(budget.visualTokens(), cuts);
  }

  /** Bisects: the cost grows with the scale in steps. */
  private double largestScale(int[] starts, LayerBudget budget) {
    double pays = 0;
    double exceeds = budget.visualTokens() / shares[shares.length - 1]; // all stages keep all
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (pays + exceeds) / 2;
      if (cost(sizes(middle, budget), starts, budget) <= budget.left(starts[0])) {
        pays = middle;
      } else {
        exceeds = middle;
      }
    }
    return pays;
  }

  private static long cost(int[] sizes, int[] starts, LayerBudget budget) {
    return IntStream.range(0, sizes.length)
        .mapToLong(stage -> (long) sizes[stage] * length(stage, starts, budget))
        .sum();
  }

  /** Layers from one stage to the next. */
  private static int length(int stage, int[] starts, LayerBudget budget) {
    int end = stage + 1 < starts.length ? starts[stage + 1] : budget.layers();
    return Math.min(end, budget.layers()) - Math.min(starts[stage], budget.layers());
  }

  private int[] sizes(double scale, LayerBudget budget) {
    int[] sizes = new int[shares.length];
    for (int stage = 0; stage < sizes.length; stage++) {
      double wanted = scale * shares[stage];
      sizes[stage] = Math.max(1, (int) Math.min(budget.visualTokens(), wanted));
    }
    return sizes;
  }
}
