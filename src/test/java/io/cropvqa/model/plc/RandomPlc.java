package io.cropvqa.model.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Compression networks whose weights nobody trained. */
public final class RandomPlc {
  private RandomPlc() {}

  /**
   * @param visualSize D
   * @param root owns the weights
   */
  public static PlcNetwork of(int visualSize, NDManager root) {
    return of(PlcConfig.of(visualSize), root);
  }

  public static PlcNetwork of(PlcConfig config, NDManager root) {
    return PlcWeightNames.network(config, (name, shape) -> array(name, root, shape));
  }

  /** The weights by name. */
  public static Map<String, NDArray> weights(PlcConfig config, NDManager root) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    PlcWeightNames.network(
        config,
        (name, shape) -> {
          NDArray array = array(name, root, shape);
          weights.put(name, array);
          return array;
        });
    return weights;
  }

  /** As before training: nothing is added to what is pooled. */
  public static PlcNetwork untrained(PlcConfig config, NDManager root) {
    return PlcWeightNames.network(
        config,
        (name, shape) ->
            name.endsWith("o_proj.weight")
                ? root.zeros(new Shape(shape))
                : array(name, root, shape));
  }

  private static NDArray array(String name, NDManager root, long... shape) {
    Random random = new Random(name.hashCode());
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    return root.create(values, new Shape(shape));
  }
}
