package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.FusedLayers;

/**
 * Root-mean-square normalization: {@code x / sqrt(mean(x^2) + epsilon) * weight}.
 *
 * @param weight [D]
 * @param epsilon added under the root
 */
public record RmsNorm(NDArray weight, float epsilon) {

  public static RmsNorm read(WeightSource weights, String name, int size, double epsilon) {
    return new RmsNorm(weights.get(name + ".weight", size), (float) epsilon);
  }

  /** [T, D] to [T, D]. */
  public NDArray forward(NDArray x) {
    return Autograd.isTracking() ? plain(x) : FusedLayers.rmsNorm(x, weight, epsilon);
  }

  private NDArray plain(NDArray x) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true);
    return x.div(meanSquare.add(epsilon).sqrt()).mul(weight);
  }
}
