package io.cropvqa.pruning;

import java.util.OptionalDouble;

/**
 * What the papers leave open, settled by measurement and free to change.
 *
 * @param ilpLayer K of {@code ilp}, decoder layers that run before Inner-LLM Pruning; fewer where
 *     the budget can't pay for them
 * @param ilpMinSurvivors least share of the budget that must survive layer K: below it, K shrinks
 * @param compactEarlyKv whether the first K layers' keys and values are cut to the kept tokens too
 * @param plcRegionShare share of the budget for a region that doesn't fit into it
 * @param plcAnchors share of the region's tokens that {@code plc} leaves uncompressed, in [0, 1);
 *     empty takes the one it was trained with
 * @param crop how {@code crop} puts both stages together
 * @param seed for methods that draw at random
 * @param positions how kept tokens are numbered
 * @param baselines what concerns the rivals alone
 */
public record PruningSettings(
    int ilpLayer,
    double ilpMinSurvivors,
    boolean compactEarlyKv,
    double plcRegionShare,
    OptionalDouble plcAnchors,
    Crop crop,
    long seed,
    PositionIds positions,
    Baselines baselines) {

  public static final PruningSettings DEFAULTS =
      new PruningSettings(2, 0.25, true, 0.85, Crop.DEFAULTS, 0);

  /** Who does {@code crop}'s Pre-LLM Compression. */
  public enum Compressor {
    /** The trained one where the model has its weights, else {@code plc-diverse}. */
    AUTO,
    PLC,
    PLC_POOL,
    PLC_DIVERSE
  }

  /**
   * Settings of {@code crop}.
   *
   * @param compressor its first stage
   * @param compression tokens that the first stage lets into the language model, in budgets
   * @param layer K of its second stage; later than that of {@code ilp}, since fewer tokens run
   *     before it and the ranking gains by every layer
   */
  public record Crop(Compressor compressor, double compression, int layer) {
    public static final Crop DEFAULTS = new Crop(Compressor.PLC_DIVERSE, 1.25, 4);

    public Crop {
      Range.require(compression >= 1, "crop-compression", "at least 1", compression);
      Range.require(layer >= 0, "crop-layer", "at least 0", layer);
    }

    public Crop with(Compressor other) {
      return new Crop(other, compression, layer);
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

  /** With the defaults for anchors, numbering and rivals. */
  public PruningSettings(
      int ilpLayer,
      double ilpMinSurvivors,
      boolean compactEarlyKv,
      double plcRegionShare,
      Crop crop,
      long seed) {
    this(
        ilpLayer,
        ilpMinSurvivors,
        compactEarlyKv,
        plcRegionShare,
        OptionalDouble.empty(),
        crop,
        seed,
        PositionIds.KEEP_CALIBRATED,
        Baselines.DEFAULTS);
  }

  public PruningSettings with(PositionIds ids) {
    return with(plcAnchors, crop, ids);
  }

  public PruningSettings with(Crop other) {
    return with(plcAnchors, other, positions);
  }

  /**
   * @param share of the region's tokens that {@code plc} leaves uncompressed
   */
  public PruningSettings withPlcAnchors(double share) {
    return with(OptionalDouble.of(share), crop, positions);
  }

  private PruningSettings with(OptionalDouble anchors, Crop both, PositionIds ids) {
    return new PruningSettings(
        ilpLayer,
        ilpMinSurvivors,
        compactEarlyKv,
        plcRegionShare,
        anchors,
        both,
        seed,
        ids,
        baselines);
  }

  public PruningSettings {
    Range.require(ilpLayer >= 0, "ilp-layer", "at least 0", ilpLayer);
    Range.require(Range.share(ilpMinSurvivors), "ilp-min-survivors", "in (0, 1]", ilpMinSurvivors);
    Range.require(Range.share(plcRegionShare), "plc-region-share", "in (0, 1]", plcRegionShare);
    double anchors = plcAnchors.orElse(0);
    Range.require(PlcConfig.isShare(anchors), "plc-anchors", "in [0, 1)", anchors);
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
