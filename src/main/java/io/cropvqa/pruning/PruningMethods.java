package io.cropvqa.pruning;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Every pruning method by its name. */
public final class PruningMethods {
  /** The method that prunes nothing. */
  public static final String NONE = "none";

  private static final Map<String, Function<PruningSettings, PruningMethod>> METHODS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(NONE, settings -> new NoPruning()),
              Map.entry("random", settings -> new RandomPruning()),
              Map.entry("downscale", settings -> new DownscalePruning()),
              Map.entry("plc-pool", PooledCompression::new),
              Map.entry("ilp", InnerLlmPruning::new),
              Map.entry("crop", CropPruning::new),
              Map.entry("fastv", FastvPruning::new),
              Map.entry("pyramiddrop", PyramiddropPruning::new),
              Map.entry("sparsevlm", SparsevlmPruning::new),
              Map.entry("visionzip", VisionzipPruning::new),
              Map.entry("divprune", settings -> new DivprunePruning()),
              Map.entry("cdpruner", settings -> new CdprunerPruning())));

  private PruningMethods() {}

  /**
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static PruningMethod named(String name, PruningSettings settings) {
    requireKnown(name);
    return METHODS.get(name).apply(settings);
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
    return named(name, PruningSettings.DEFAULTS).usesRegion();
  }

  public static Set<String> names() {
    return new TreeSet<>(METHODS.keySet());
  }
}
