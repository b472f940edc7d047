package io.cropvqa.model.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Localizers with random weights, as large as a test needs. */
public final class TinyLocalizer {
  private TinyLocalizer() {}

  /** Two blocks, two heads, W = 16. */
  public static LocalizerConfig config(int visualSize) {
    return new LocalizerConfig(visualSize, 16, 24, 2, 2, 8, 0.9);
  }

  /** Random weights of every name that a network of a shape asks for, in its order. */
  public static Map<String, NDArray> weights(LocalizerConfig config, long seed, NDManager memory) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    Random random = new Random(seed);
    new LocalizerNetwork(
        config,
        (name, shape) -> {
          NDArray weight = random(random, memory, shape);
          weights.put(name, name.endsWith("norm.weight") ? weight.mul(0.1f).add(1) : weight);
          return weights.get(name);
        });
    return weights;
  }

  /** Numbers around zero, of a size that keeps a network's activations at about one. */
  public static NDArray random(Random random, NDManager memory, long... shape) {
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.4 * random.nextGaussian());
    }
    return memory.create(values, new Shape(shape));
  }
}
