package io.cropvqa.training.plc;

import io.cropvqa.training.Parameters;
import io.cropvqa.training.Seeds;
import java.util.Arrays;
import java.util.Random;

/**
 * The network's weights before training: it adds nothing to what is pooled, and its queries look
 * most at what is like their block and near to it. For that, queries and keys begin projected
 * alike.
 */
final class PlcInitializer implements Parameters.Values {
  private static final double QUERIES = 0.02;
  private static final float OWN = 1;

  private final long seed;

  PlcInitializer(long seed) {
    this.seed = seed;
  }

  @Override
  public float[] of(String name, long... shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    float[] values = new float[size];
    if (name.endsWith("norm.weight")) {
      Arrays.fill(values, 1);
    } else if (name.endsWith(".own")) {
      Arrays.fill(values, OWN);
    } else if (!name.endsWith("norm.bias") && !name.endsWith("o_proj.weight")) {
      double deviation = name.endsWith(".queries") ? QUERIES : 1 / Math.sqrt(shape[1]);
      Random random = Seeds.random(seed, name.replace("k_proj", "q_proj").hashCode());
      for (int i = 0; i < size; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }
}
