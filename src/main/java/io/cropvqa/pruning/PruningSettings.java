package io.cropvqa.pruning;

/**
 * What the paper leaves open, settled by measurement and free to change.
 *
 * @param ilpLayer K, decoder layers that run before Inner-LLM Pruning; fewer where the budget can't
 *     pay for them
 * @param ilpMinSurvivors least share of the budget that must survive layer K: below it, K shrinks
 * @param compactEarlyKv whether the first K layers' keys and values are cut to the kept tokens too
 * @param plcRegionShare share of the budget for a region that doesn't fit into it
 * @param cropCompression tokens that {@code crop} lets into the language model, in budgets
 * @param seed for methods that draw at random
 */
public record PruningSettings(
    int ilpLayer,
    double ilpMinSurvivors,
    boolean compactEarlyKv,
    double plcRegionShare,
    double cropCompression,
    long seed) {

  public static final PruningSettings DEFAULTS = new PruningSettings(2, 0.25, true, 0.85, 1.25, 0);

  public PruningSettings {
    require(ilpLayer >= 0, "ilp-layer", "at least 0", ilpLayer);
    require(share(ilpMinSurvivors), "ilp-min-survivors", "in (0, 1]", ilpMinSurvivors);
    require(share(plcRegionShare), "plc-region-share", "in (0, 1]", plcRegionShare);
    require(cropCompression >= 1, "crop-compression", "at least 1", cropCompression);
  }

  private static boolean share(double value) {
    return value > 0 && value <= 1;
  }

  private static void require(boolean fits, String setting, String range, Number value) {
    if (!fits) {
      throw new IllegalArgumentException(
          "crop.pruning.%s must be %s, got %s".formatted(setting, range, value));
    }
  }
}
