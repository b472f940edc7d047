package io.cropvqa.pruning;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Every pruning method by its name, as one model can use them. */
public final class PruningMethods {
  /** The method that prunes nothing. */
  public static final String NONE = "none";

  private static final String TRAINED = "plc";

  private static final Map<String, Function<PruningMethods, PruningMethod>> METHODS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(NONE, methods -> new NoPruning()),
              Map.entry("random", methods -> new RandomPruning()),
              Map.entry("downscale", methods -> new DownscalePruning()),
              Map.entry("plc-pool", with(PooledCompression::new)),
              Map.entry("plc-diverse", with(DiverseCompression::new)),
              Map.entry(TRAINED, PruningMethods::trained),
              Map.entry("ilp", with(InnerLlmPruning::new)),
              Map.entry("crop", PruningMethods::crop),
              Map.entry("fastv", with(FastvPruning::new)),
              Map.entry("pyramiddrop", with(PyramiddropPruning::new)),
              Map.entry("sparsevlm", with(SparsevlmPruning::new)),
              Map.entry("visionzip", with(VisionzipPruning::new)),
              Map.entry("divprune", methods -> new DivprunePruning()),
              Map.entry("cdpruner", methods -> new CdprunerPruning())));

  private final PruningSettings settings;
  private final Optional<PlcNetwork> plc;

  /**
   * @param plc the model's trained compression, if it has one
   */
  public PruningMethods(PruningSettings settings, Optional<PlcNetwork> plc) {
    this.settings = settings;
    this.plc = plc;
  }

  /** Those of a model without trained compression. */
  public static PruningMethods untrained(PruningSettings settings) {
    return new PruningMethods(settings, Optional.empty());
  }

  private static Function<PruningMethods, PruningMethod> with(
      Function<PruningSettings, PruningMethod> constructor) {
    return methods -> constructor.apply(methods.settings);
  }

  /**
   * @throws IllegalArgumentException for an unknown name, listing the known ones, or for a method
   *     that needs weights which the model lacks, saying how to get them
   */
  public PruningMethod named(String name) {
    requireKnown(name);
    return METHODS.get(name).apply(this);
  }

  private PruningMethod trained() {
    return new PlcPruning(network("pruning \"plc\""), settings);
  }

  private PruningMethod crop() {
    PruningMethod compression =
        switch (settings.crop().compressor()) {
          case AUTO -> plc.isPresent() ? trained() : new DiverseCompression(settings);
          case PLC ->
              new PlcPruning(
                  network("pruning \"crop\" with crop.pruning.crop-compressor = plc"), settings);
          case PLC_POOL -> new PooledCompression(settings);
          case PLC_DIVERSE -> new DiverseCompression(settings);
        };
    return new CropPruning(compression, settings);
  }

  private PlcNetwork network(String wanted) {
    return plc.orElseThrow(
        () ->
            new IllegalArgumentException(
                wanted
                    + " needs trained weights, and the model's directory has no plc/ folder: make"
                    + " one with train --plc, or use plc-pool"));
  }

  public PruningSettings settings() {
    return settings;
  }

  /**
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static void requireKnown(String name) {
    if (!METHODS.containsKey(name)) {
      throw new IllegalArgumentException(
          "pruning \"%s\" is unknown: use one of %s".formatted(name, names()));
    }
  }

  /**
   * Whether a method looks at the question's region.
   *
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static boolean usesRegion(String name) {
    return name.equals(TRAINED) || untrained(PruningSettings.DEFAULTS).named(name).usesRegion();
  }

  public static Set<String> names() {
    return new TreeSet<>(METHODS.keySet());
  }
}
