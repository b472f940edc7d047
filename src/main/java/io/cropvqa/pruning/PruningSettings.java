package io.cropvqa.pruning;

import java.util.OptionalDouble;

/**
 * What the papers leave open, settled by measurement and free to change.
 *
 * @param ilpLayer K, decoder layers that run before Inner-LLM Pruning; fewer where the budget can't
 *     pay for them
 * @param ilpMinSurvivors least share of the budget that must survive layer K: below it, K shrinks
 * @param compactEarlyKv whether the first K layers' keys and values are cut to the kept tokens too
 * @param plcRegionShare share of the budget for a region that doesn't fit into it
 * @param cropCompression tokens that {@code crop} lets into the language model, in budgets
 * @param plc what concerns the trained Pre-LLM Compression
 * @param seed for methods that draw at random
 * @param positions how kept tokens are numbered
 * @param baselines what concerns the rivals alone
 */
public record PruningSettings(
    int ilpLayer,
    double ilpMinSurvivors,
    boolean compactEarlyKv,
    double plcRegionShare,
    double cropCompression,
    Plc plc,
    long seed,
    PositionIds positions,
    Baselines baselines) {

  public static final PruningSettings DEFAULTS = new PruningSettings(2, 0.25, true, 0.85, 1.25, 0);

  /** Who does {@code crop}'s Pre-LLM Compression. */
  public enum Compressor {
    /** The trained one where the model has its weights, else {@code plc-diverse}. */
    AUTO,
    PLC,
    PLC_POOL,
    PLC_DIVERSE
  }

  /**
   * Settings of the trained Pre-LLM Compression.
   *
   * @param anchors share of the region's tokens that stay uncompressed, in [0, 1); empty takes the
   *     one it was trained with
   * @param cropCompressor the first stage of {@code crop}
   */
  public record Plc(OptionalDouble anchors, Compressor cropCompressor) {
    public static final Plc DEFAULTS = new Plc(OptionalDouble.empty(), Compressor.PLC_DIVERSE);

    public Plc {
      double share = anchors.orElse(0);
      Range.require(PlcConfig.isShare(share), "plc-anchors", "in [0, 1)", share);
    }
  }

  /**
   * Settings of the methods that CROP is compared with; the defaults are those of their papers.
   *
   * @param fastvLayer K of {@code fastv}
   * @param pyramidRatio share of the tokens that each stage of {@code pyramiddrop} keeps of the
   *     stage before, until all are scaled to the budget
   * @param recycledShare share of the dropped tokens that {@code sparsevlm} merges instead
   * @param contextualShare share of the budget that {@code visionzip} spends on merged tokens
   */
  public record Baselines(
      int fastvLayer, double pyramidRatio, double recycledShare, double contextualShare) {
    /** 10 of 64 tokens are contextual, 20 of 128, 30 of 192. */
    public static final Baselines DEFAULTS = new Baselines(2, 0.5, 0.3, 10 / 64.0);

    public Baselines {
      Range.require(fastvLayer >= 0, "fastv-layer", "at least 0", fastvLayer);
      Range.require(Range.share(pyramidRatio), "pyramiddrop-ratio", "in (0, 1]", pyramidRatio);
      Range.require(
          recycledShare >= 0 && recycledShare <= 1,
          "sparsevlm-recycled-share",
          "in [0, 1]",
          recycledShare);
      Range.require(
          contextualShare >= 0 && contextualShare < 1,
          "visionzip-contextual-share",
          "in [0, 1)",
          contextualShare);
    }
  }

  /** With the defaults for trained compression, numbering and rivals. */
  public PruningSettings(
      int ilpLayer,
      double ilpMinSurvivors,
      boolean compactEarlyKv,
      double plcRegionShare,
      double cropCompression,
      long seed) {
    this(
        ilpLayer,
        ilpMinSurvivors,
        compactEarlyKv,
        plcRegionShare,
        cropCompression,
        Plc.DEFAULTS,
        seed,
        PositionIds.KEEP_CALIBRATED,
        Baselines.DEFAULTS);
  }

  public PruningSettings with(PositionIds ids) {
    return new PruningSettings(
        ilpLayer,
        ilpMinSurvivors,
        compactEarlyKv,
        plcRegionShare,
        cropCompression,
        plc,
        seed,
        ids,
        baselines);
  }

  public PruningSettings with(Plc trained) {
    return new PruningSettings(
        ilpLayer,
        ilpMinSurvivors,
        compactEarlyKv,
        plcRegionShare,
        cropCompression,
        trained,
        seed,
        positions,
        baselines);
  }

  public PruningSettings {
    Range.require(ilpLayer >= 0, "ilp-layer", "at least 0", ilpLayer);
    Range.require(Range.share(ilpMinSurvivors), "ilp-min-survivors", "in (0, 1]", ilpMinSurvivors);
    Range.require(Range.share(plcRegionShare), "plc-region-share", "in (0, 1]", plcRegionShare);
    Range.require(cropCompression >= 1, "crop-compression", "at least 1", cropCompression);
  }

  /** Apart, since the class of the defaults must not wait for that of the settings. */
  private static final class Range {
    static boolean share(double value) {
      return value > 0 && value <= 1;
    }

    static void require(boolean fits, String setting, String range, Number value) {
      if (!fits) {
        throw new IllegalArgumentException(
            "crop.pruning.%s must be %s, got %s".formatted(setting, range, value));
      }
    }
  }
}
