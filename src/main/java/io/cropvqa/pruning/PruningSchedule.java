package io.cropvqa.pruning;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many visual tokens each layer works on.
 *
 * @param compressed tokens that enter the language model
 * @param cuts what is dropped between layers, first cut first
 */
public record PruningSchedule(int compressed, List<Cut> cuts) {

  /**
   * @param afterLayers how many layers have run; 0 is before the first
   * @param keep tokens that go on
   */
  public record Cut(int afterLayers, int keep) {}

  public PruningSchedule {
    cuts = List.copyOf(cuts);
  }

  /** Nothing happens inside the language model. */
  public static PruningSchedule before(int compressed) {
    return new PruningSchedule(compressed, List.of());
  }

  /**
   * One cut after K layers, or after fewer where the budget can't pay for them.
   *
   * @param wanted K
   * @param minSurvivors least share of the budget that must survive
   */
  static PruningSchedule cutAfter(int wanted, double minSurvivors, LayerBudget budget) {
    int run = budget.fullLayers(wanted, minSurvivors);
    int keep = Math.min(budget.visualTokens(), budget.survivors(run));
    return keep == budget.visualTokens()
        ? before(keep)
        : new PruningSchedule(budget.visualTokens(), List.of(new Cut(run, keep)));
  }

  public OptionalInt keepAfter(int layersRun) {
    return cuts.stream()
        .filter(cut -> cut.afterLayers() == layersRun)
        .mapToInt(Cut::keep)
        .findFirst();
  }

  /** Tokens that each of so many layers works on. */
  public int[] perLayer(int layers) {
    int[] tokens = new int[layers];
    int now = compressed;
    for (int layer = 0; layer < layers; layer++) {
      now = keepAfter(layer).orElse(now);
      tokens[layer] = now;
    }
    return tokens;
  }

  /** What the budget bounds. */
  public double average(int layers) {
    return Arrays.stream(perLayer(layers)).average().orElseThrow();
  }
}
