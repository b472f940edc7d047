package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * {@code divprune}: the tokens that are least alike, whatever is asked. Source: DivPrune (Alvar et
 * al., CVPR 2025), algorithm 1, written from the paper; see {@link MaxMinDiversity}.
 */
final class DivprunePruning implements PruningMethod {

  @Override
  public String name() {
    return "divprune";
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
    int[] all = IntStream.range(0, tokens.count()).toArray();
    int[] picked = MaxMinDiversity.pick(tokens.embeddings(), all, all, new int[0], keep);
    return tokens.merge(TokenGroups.singletons(picked));
  }
}
