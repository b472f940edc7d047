package io.cropvqa.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Layers of one kind, put together once for {@link FusedLayers} to run. */
public final class LayerStack {
  private final List<IValue> arguments;

  private LayerStack(List<IValue> arguments) {
    this.arguments = arguments;
  }

  /**
   * @param layers from the first on, at least one; freed with the first one's weights
   * @param epsilon of their normalizations
   * @param activation as {@code hidden_act} names it
   */
  public static LayerStack of(List<Layer> layers, double epsilon, String activation) {
    NDManager owner = layers.get(0).norms.get(0).getManager();
    return new LayerStack(
        List.of(
            owned(owner, FusedLayers.tensors(flat(layers, Layer::norms))),
            owned(owner, FusedLayers.tensors(flat(layers, layer -> layer.linears.weights))),
            owned(owner, FusedLayers.tensors(flat(layers, layer -> layer.linears.biases))),
            packed(owner, flat(layers, layer -> layer.linears.packed)),
            owned(owner, IValue.from(epsilon)),
            owned(owner, IValue.from(activation))));
  }

  private static <T> List<T> flat(List<Layer> layers, Function<Layer, List<T>> part) {
    return layers.stream().flatMap(layer -> part.apply(layer).stream()).toList();
  }

  private static IValue packed(NDManager owner, List<IValue> weights) {
    if (weights.isEmpty()) {
      return FusedLayers.Module.NOTHING_PACKED;
    }
    IValue all = owned(owner, IValue.listFrom(weights.toArray(IValue[]::new)));
    weights.forEach(IValue::close); // the list holds them now
    return all;
  }

  List<IValue> arguments() {
    return arguments;
  }

  private static IValue owned(NDManager owner, IValue value) {
    owner.attachInternal("layer-" + UUID.randomUUID(), value);
    return value;
  }

  /**
   * What one layer is made of.
   *
   * @param norms weights of its normalizations, and their biases where they have any
   * @param linears its linear layers
   */
  public record Layer(List<NDArray> norms, Linears linears) {}

  /** The linear layers of a layer, as its text takes them. */
  public static final class Linears {
    private final List<NDArray> weights;
    private final List<NDArray> biases;
    private final List<IValue> packed;

    private Linears(List<NDArray> weights, List<NDArray> biases, List<IValue> packed) {
      this.weights = weights;
      this.biases = biases;
      this.packed = packed;
    }

    /**
     * @param weights [out, in] each
     * @param biases none at all, or one each; an empty array is none
     */
    public static Linears of(List<NDArray> weights, List<NDArray> biases) {
      return new Linears(weights, biases, List.of());
    }

    /**
     * The same with weights of 8 bits, one scale a row, and inputs that are rounded to 8 bits as
     * they come, on the CPU only. The weights given are not needed any more.
     */
    public static Linears int8(List<NDArray> weights, List<NDArray> biases) {
      NDArray none = weights.get(0).getManager().create(new Shape(0));
      List<IValue> packed = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        NDArray bias = biases.isEmpty() ? none : biases.get(i);
        try (IValue weight = FusedLayers.tensor(weights.get(i));
            IValue itsBias = FusedLayers.tensor(bias)) {
          packed.add(IValueUtils.runMethod(FusedLayers.Module.LAYERS, "pack", weight, itsBias));
        }
      }
      return new Linears(List.of(), List.of(), packed);
    }
  }
}
