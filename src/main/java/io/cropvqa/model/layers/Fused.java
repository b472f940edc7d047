package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.LayerStack;
import java.util.List;
import java.util.stream.Stream;

/** Layers as one call takes them. */
public final class Fused {
  private Fused() {}

  /**
   * What a layer is made of.
   *
   * @param linears with biases
   */
  public static LayerStack.Layer layer(List<LayerNorm> norms, List<Linear> linears) {
    List<NDArray> normalizing =
        norms.stream().flatMap(norm -> Stream.of(norm.weight(), norm.bias())).toList();
    return new LayerStack.Layer(
        normalizing,
        LayerStack.Linears.of(
            linears.stream().map(Linear::weight).toList(),
            linears.stream().map(Linear::bias).toList()));
  }
}
