package io.cropvqa.pruning;

/**
 * {@code plc-pool}, Pre-LLM Compression without training (ours): the region's tokens are kept one
 * by one, the background is mean-pooled into {@link CompactBlocks}. A region larger than the budget
 * is pooled too, into smaller blocks.
 */
final class PooledCompression implements PruningMethod {
  private final double regionShare;

  PooledCompression(PruningSettings settings) {
    this.regionShare = settings.plcRegionShare();
  }

  @Override
  public String name() {
    return "plc-pool";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    RegionBudget budget = RegionBudget.of(tokens, keep, request, regionShare);
    TokenGroups region = CompactBlocks.of(budget.region(), budget.forRegion(), tokens);
    TokenGroups background = CompactBlocks.of(budget.background(), budget.forBackground(), tokens);
    return tokens.merge(region.and(background));
  }
}
