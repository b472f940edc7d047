package io.cropvqa.training.localizer;

import io.cropvqa.training.Parameters;
import io.cropvqa.training.Seeds;
import java.util.Arrays;
import java.util.Random;

/**
 * The localizer's weights before training. Matrices are drawn at random so that lengths stay about
 * the same, biases are zero, norms one.
 *
 * <p>Patches and words begin projected alike, and so do queries and keys of the attention to the
 * patches: where a model's projector puts visual tokens near the words for what they show, a word
 * looks at such patches from the first step.
 */
final class LocalizerInitializer implements Parameters.Values {
  private static final double HEAD = 0.02;
  private static final double EDGES = 0.5;

  /** A patch that is wholly like a word gets e^10 times the attention of one that is unlike it. */
  private static final float LIKENESS = 10;

  private final long seed;
  private final double residual;

  /**
   * @param blocks of the network: what each adds is scaled down by how many there are
   */
  LocalizerInitializer(long seed, int blocks) {
    this.seed = seed;
    this.residual = 1 / Math.sqrt(2.0 * blocks);
  }

  @Override
  public float[] of(String name, long... shape) {
    int size = 1;
    for (long dimension : shape) {
      size = Math.toIntExact(Math.multiplyExact(size, dimension));
    }
    float[] values = new float[size];
    if (name.endsWith("norm.weight")) {
      Arrays.fill(values, 1);
    } else if (name.endsWith("likeness")) {
      Arrays.fill(values, LIKENESS);
    } else if (!name.endsWith(".bias")) {
      double deviation = deviation(name, shape);
      Random random = Seeds.random(seed, drawnAs(name).hashCode());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }

  private double deviation(String name, long... shape) {
    if (name.equals("edges")) {
      return EDGES;
    }
    if (name.startsWith("head")) {
      return HEAD;
    }
    double whole = 1 / Math.sqrt(shape[1]); // [out, in]
    return name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight")
        ? whole * residual
        : whole;
  }

  private static String drawnAs(String name) {
    return name.replace("patch_proj", "word_proj")
        .replace("cross_attn.k_proj", "cross_attn.q_proj");
  }
}
