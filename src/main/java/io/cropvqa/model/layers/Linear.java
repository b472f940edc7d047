package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.TorchOps;

/**
 * An affine map.
 *
 * @param weight [out, in]
 * @param bias [out], or null
 */
public record Linear(NDArray weight, NDArray bias) {

  /** Reads {@code name.weight}, and {@code name.bias} if {@code withBias}. */
  public static Linear read(WeightSource weights, String name, int in, int out, boolean withBias) {
    return new Linear(
        weights.linear(name + ".weight", out, in),
        withBias ? weights.matrix(name + ".bias", out) : null);
  }

  /** [..., in] to [..., out]. */
  public NDArray forward(NDArray x) {
    return TorchOps.linear(x, weight, bias);
  }
}
