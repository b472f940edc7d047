package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * {@code fastv}: K layers run on everything, then the tokens that the last token attends to most go
 * on. Source: FastV (Chen et al., ECCV 2024), section 4; the cut is placed by {@link LayerBudget}.
 *
 * <p>The score is the attention of layer K, the first that the cut spares, as in PyramidDrop.
 * FastV's code takes that of layer K-1, which has to materialize the whole map.
 */
final class FastvPruning implements PruningMethod {
  private final int layer;
  private final double minSurvivors;

  FastvPruning(PruningSettings settings) {
    this.layer = settings.baselines().fastvLayer();
    this.minSurvivors = settings.ilpMinSurvivors();
  }

  @Override
  public String name() {
    return "fastv";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.cutAfter(
        layer, minSurvivors, new LayerBudget(visualTokens, layers, budget));
  }

  @Override
  public TokenGroups select(LayerView view, int keep, PruningRequest request) {
    int[] all = IntStream.range(0, view.patches().length).toArray();
    return TokenGroups.singletons(Ranking.top(all, view.attentionOfLast(), keep));
  }
}
