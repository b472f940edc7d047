package io.cropvqa.domain;

/**
 * How one question is pruned.
 *
 * @param method name of the pruning method
 * @param budget visual tokens that all its images may cost, averaged over the decoder's layers; at
 *     least 1
 */
public record PruningPlan(String method, int budget) {

  public PruningPlan {
    if (budget < 1) {
      throw new IllegalArgumentException("a budget needs at least 1 visual token, got " + budget);
    }
  }
}
