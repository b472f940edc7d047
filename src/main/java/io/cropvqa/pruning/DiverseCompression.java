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
    int[] patches = tokens.patches();
    int[] all = IntStream.range(0, tokens.count()).toArray();
    int[] region = IntStream.of(all).filter(t -> request.isInside(patches[t])).toArray();
    int[] background = IntStream.of(all).filter(t -> !request.isInside(patches[t])).toArray();
    int forRegion = tokensForRegion(region.length, background.length, keep);
    int[] inside =
        forRegion == region.length
            ? region
            : MaxMinDiversity.pick(tokens.embeddings(), all, region, new int[0], forRegion);
    int[] outside =
        MaxMinDiversity.pick(tokens.embeddings(), all, background, inside, keep - forRegion);
    return tokens.merge(
        TokenGroups.singletons(
            IntStream.concat(IntStream.of(inside), IntStream.of(outside)).toArray()));
  }

  /** All of the region if it fits, else its share, or more where the background has too little. */
  private int tokensForRegion(int region, int background, int keep) {
    int wanted = Math.min(region, Math.max(1, (int) Math.round(regionShare * keep)));
    return Math.max(wanted, keep - background);
  }
}
