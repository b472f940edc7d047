package io.cropvqa.pruning;

import java.util.stream.IntStream;

/**
 * How a budget is shared between the region and the background.
 *
 * @param region tokens of the region, as indices
 * @param background the others
 * @param forRegion tokens that the region may become
 * @param forBackground tokens that the background may become; 0 leaves it out
 */
record RegionBudget(int[] region, int[] background, int forRegion, int forBackground) {

  /**
   * All of the region if it fits, else its share; never more than leaves work for the background.
   *
   * @param keep the budget, less than there are tokens
   * @param regionShare share of the budget for a region that doesn't fit
   */
  static RegionBudget of(
      VisualTokens tokens, int keep, PruningRequest request, double regionShare) {
    int[] patches = tokens.patches();
    boolean[] inside = new boolean[patches.length];
    for (int token = 0; token < inside.length; token++) {
      inside[token] = request.isInside(patches[token]);
    }
    int[] region = IntStream.range(0, inside.length).filter(t -> inside[t]).toArray();
    int[] background = IntStream.range(0, inside.length).filter(t -> !inside[t]).toArray();
    int forRegion = forRegion(region.length, background.length, keep, regionShare);
    return new RegionBudget(region, background, forRegion, keep - forRegion);
  }

  private static int forRegion(int region, int background, int keep, double regionShare) {
    if (region == 0 || background == 0) {
      return region == 0 ? 0 : keep;
    }
    int wanted = region <= keep ? region : Math.max(1, (int) Math.round(regionShare * keep));
    return Math.max(wanted, keep - background);
  }
}
