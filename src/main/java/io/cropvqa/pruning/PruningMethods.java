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
          Map.of(
              NONE,
              settings -> new NoPruning(),
              "random",
              settings -> new RandomPruning(),
              "plc-pool",
              PooledCompression::new,
              "ilp",
              InnerLlmPruning::new,
              "crop",
              CropPruning::new));

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

  public static Set<String> names() {
    return new TreeSet<>(METHODS.keySet());
  }
}
