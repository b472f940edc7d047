package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * {@code plc-diverse}, Pre-LLM Compression without training (ours): the region's tokens are kept
 * one by one, and of the background those that are least like anything kept. Of a region larger
 * than its share of the budget, the whole image above all, the tokens least like each other are
 * kept.
 *
 * <p>Where many patches show the same thing, one of them says as much as all, and says it sharper
 * than their mean with what lies beside them: that is what pooling blocks gives.
 */
final class DiverseCompression implements PruningMethod {
  private final double regionShare;

  DiverseCompression(PruningSettings settings) {
    this.regionShare = settings.plcRegionShare();
  }

  @Override
  public String name() {
    return "plc-diverse";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    RegionBudget budget = RegionBudget.of(tokens, keep, request, regionShare);
    int[] rows = IntStream.range(0, tokens.count()).toArray();
    int[] region = budget.region();
    int[] inside =
        budget.forRegion() == region.length
            ? region
            : MaxMinDiversity.pick(
                tokens.embeddings(), rows, region, new int[0], budget.forRegion());
    int[] outside =
        MaxMinDiversity.pick(
            tokens.embeddings(), rows, budget.background(), inside, budget.forBackground());
    return tokens.merge(
        TokenGroups.singletons(
            IntStream.concat(IntStream.of(inside), IntStream.of(outside)).toArray()));
  }
}
