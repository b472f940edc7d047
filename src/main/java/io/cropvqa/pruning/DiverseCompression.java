package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code plc-diverse}, Pre-LLM Compression without training (ours): the region's tokens are kept
 * one by one, the background becomes as many groups of like tokens as the budget leaves, and of
 * each group goes the mean. A region larger than its share of the budget, the whole image above
 * all, becomes groups too.
 *
 * <p>Groups form around the tokens least like each other, each other token joining the one it is
 * most like. Where many patches show the same thing their mean says it as sharply as each of them;
 * blocks of neighbours, which is what pooling means over, hold several things at once.
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
    NDArray states = tokens.embeddings();
    MaxMinDiversity.Groups region =
        MaxMinDiversity.group(states, budget.region(), new int[0], budget.forRegion());
    MaxMinDiversity.Groups background =
        MaxMinDiversity.group(states, budget.background(), region.hearts(), budget.forBackground());
    return tokens.merge(groups(region).and(groups(background)));
  }

  private static TokenGroups groups(MaxMinDiversity.Groups groups) {
    return TokenGroups.of(
        List.of(groups.members()), IntStream.of(groups.hearts()).boxed().toList());
  }
}
