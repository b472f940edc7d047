package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * {@code pyramiddrop}: after a quarter, a half and three quarters of the layers half of the tokens
 * are dropped, those that the last token of the instruction attends to least. Source: PyramidDrop
 * (Xing et al., CVPR 2025), section 3.2 and its code, which ranks by one recomputed query row.
 *
 * <p>The halves are scaled to the budget, see {@link Pyramid}.
 */
final class PyramiddropPruning implements PruningMethod {
  private static final int QUARTERS = 4;

  private final double ratio;
  private final double minSurvivors;

  PyramiddropPruning(PruningSettings settings) {
    this.ratio = settings.baselines().pyramidRatio();
    this.minSurvivors = settings.ilpMinSurvivors();
  }

  @Override
  public String name() {
    return "pyramiddrop";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    int[] after = IntStream.range(1, QUARTERS).map(i -> i * layers / QUARTERS).toArray();
    double[] shares = {ratio, ratio * ratio, ratio * ratio * ratio};
    return new Pyramid(after, shares)
        .schedule(new LayerBudget(visualTokens, layers, budget), minSurvivors);
  }

  @Override
  public TokenGroups select(LayerView view, int keep, PruningRequest request) {
    int[] all = IntStream.range(0, view.patches().length).toArray();
    return TokenGroups.singletons(Ranking.top(all, view.attentionOfLast(), keep));
  }
}
