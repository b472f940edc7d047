package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.FusedLayers;
import java.util.List;
import java.util.stream.Stream;

/** Blocks put together for a call that runs them all. */
public final class Fused {
  private Fused() {}

  /**
   * @param norms with equal epsilons
   * @param linears with biases
   * @param activation between them
   */
  public static FusedLayers.Layer of(
      List<LayerNorm> norms, List<Linear> linears, Activation activation) {
    List<NDArray> normalizing =
        norms.stream().flatMap(norm -> Stream.of(norm.weight(), norm.bias())).toList();
    return FusedLayers.Layer.of(
        normalizing,
        FusedLayers.Linears.of(
            linears.stream().map(Linear::weight).toList(),
            linears.stream().map(Linear::bias).toList()),
        norms.get(0).epsilon(),
        activation.hiddenAct());
  }
}
