package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.TorchOps;

/**
 * Layer normalization over the last axis.
 *
 * @param weight [D]
 * @param bias [D]
 * @param epsilon added to the variance
 */
public record LayerNorm(NDArray weight, NDArray bias, double epsilon) {

  public static LayerNorm read(WeightSource weights, String name, int size, double epsilon) {
    return new LayerNorm(
        weights.get(name + ".weight", size), weights.get(name + ".bias", size), epsilon);
  }

  /** [..., D] to [..., D]. */
  public NDArray forward(NDArray x) {
    return TorchOps.layerNorm(x, weight, bias, epsilon);
  }
}
