package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * {@code ilp}, Inner-LLM Pruning (CROP, section 3.3), without training: K layers run on everything,
 * then the tokens outside the region go.
 *
 * <p>With N tokens and L layers a budget B leaves {@code r = (L*B - N*K) / (L - K)} tokens after
 * layer K. A region larger than r is ranked by how strongly the last token attends to it; one
 * smaller than r is kept whole, and the rest is filled from outside with tokens unlike each other.
 * Worked example, LLaVA-1.5-7B: N=576, L=32, K=2, B=64 leaves r=29.
 *
 * <p>Where K layers on everything would eat the budget, K shrinks, down to 0: the cut then comes
 * before the first layer and is ranked by the first layer's attention (ours).
 */
final class InnerLlmPruning implements PruningMethod {
  private final int layer;
  private final double minSurvivors;

  InnerLlmPruning(PruningSettings settings) {
    this(settings.ilpLayer(), settings.ilpMinSurvivors());
  }

  /**
   * @param layer K
   * @param minSurvivors least share of the budget that must survive it
   */
  InnerLlmPruning(int layer, double minSurvivors) {
    this.layer = layer;
    this.minSurvivors = minSurvivors;
  }

  @Override
  public String name() {
    return "ilp";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.cutAfter(
        layer, minSurvivors, new LayerBudget(visualTokens, layers, budget));
  }

  @Override
  public TokenGroups select(LayerView view, int keep, PruningRequest request) {
    int[] patches = view.patches();
    int[] all = IntStream.range(0, patches.length).toArray();
    int[] region = IntStream.of(all).filter(i -> request.isInside(patches[i])).toArray();
    if (region.length > keep) {
      return TokenGroups.singletons(Ranking.top(region, view.attentionOfLast(), keep));
    }
    int[] outside = IntStream.of(all).filter(i -> !request.isInside(patches[i])).toArray();
    int[] filler =
        MaxMinDiversity.pick(
            view.states(), view.visualRows(), outside, region, keep - region.length);
    return TokenGroups.singletons(
        IntStream.concat(IntStream.of(region), IntStream.of(filler)).toArray());
  }
}
