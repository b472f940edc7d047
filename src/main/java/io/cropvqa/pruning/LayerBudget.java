package io.cropvqa.pruning;

/**
 * What a budget leaves for the layers after a cut.
 *
 * <p>Worked example, LLaVA-1.5-7B with N=576 and L=32: a budget of B=64 is worth {@code 32*64 =
 * 2,048} tokens through one layer. Two layers on everything cost 1,152; the 896 left are 29 tokens
 * for each of the other 30 layers.
 *
 * @param visualTokens N, tokens that the first layer works on
 * @param layers L
 * @param budget B, tokens that a layer may cost on average
 */
record LayerBudget(int visualTokens, int layers, int budget) {

  /**
   * How many layers can run on everything: as many as wanted, but fewer where they would leave the
   * others too little. At 0 the cut comes before the first layer (ours).
   *
   * @param wanted K
   * @param minSurvivors least share of the budget that the layers after them must have
   */
  int fullLayers(int wanted, double minSurvivors) {
    int run = Math.min(wanted, layers - 1);
    while (run > 0 && survivors(run) < minSurvivors * budget) {
      run--;
    }
    return run;
  }

  /**
   * Tokens for each layer after the first few, {@code r = (L*B - N*K) / (L - K)}, rounded down so
   * that the budget holds; negative if the first layers alone exceed it.
   */
  int survivors(int fullLayers) {
    return (int) Math.floorDiv(left(fullLayers), layers - fullLayers);
  }

  /** Tokens through one layer that the first few layers leave for the others. */
  long left(int fullLayers) {
    return (long) layers * budget - (long) visualTokens * fullLayers;
  }
}
