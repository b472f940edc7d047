package io.cropvqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Whole transformer layers as one call, where no gradients go through. Their text is {@code
 * torchscript/layers.py}. Measured on one layer of the bundled model: 1.6 times as fast as some
 * fifty calls for one token, 2.5 times for eight sequences at once.
 */
public final class FusedLayers {
  private static final String TEXT = "/torchscript/layers.py";

  private FusedLayers() {}

  /** Compiled at first use; holds no weights, so one module serves every device and thread. */
  private static final class Module {
    static final PtSymbolBlock LAYERS = TorchScript.compile(Torch.open(Device.cpu()), text());
    static final IValue NOTHING_PACKED = IValueUtils.runMethod(LAYERS, "nothing_packed");

    private static String text() {
      try (InputStream text = FusedLayers.class.getResourceAsStream(TEXT)) {
        return new String(text.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.strip().startsWith("#"))
            .collect(Collectors.joining("\n", "", "\n"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What a layer is made of, put together once and freed with its weights. */
  public static final class Layer {
    private final List<IValue> arguments;

    private Layer(List<IValue> arguments) {
      this.arguments = arguments;
    }

    /**
     * @param norms weights of its normalizations, and their biases where they have any
     * @param linears its linear layers
     * @param epsilon of its normalizations
     * @param activation as {@code hidden_act} names it
     */
    public static Layer of(
        List<NDArray> norms, Linears linears, double epsilon, String activation) {
      NDManager owner = norms.get(0).getManager();
      return new Layer(
          List.of(
              owned(owner, tensors(norms)),
              owned(owner, tensors(linears.weights)),
              owned(owner, tensors(linears.biases)),
              linears.packed,
              owned(owner, IValue.from(epsilon)),
              owned(owner, IValue.from(activation))));
    }
  }

  private static IValue owned(NDManager owner, IValue value) {
    owner.attachInternal("layer-" + UUID.randomUUID(), value);
    return value;
  }

  /** The linear layers of a layer, as its text takes them. */
  public static final class Linears {
    private final List<NDArray> weights;
    private final List<NDArray> biases;
    private final IValue packed;

    private Linears(List<NDArray> weights, List<NDArray> biases, IValue packed) {
      this.weights = weights;
      this.biases = biases;
      this.packed = packed;
    }

    /**
     * @param weights [out, in] each
     * @param biases none at all, or one each; an empty array is none
     */
    public static Linears of(List<NDArray> weights, List<NDArray> biases) {
      return new Linears(weights, biases, Module.NOTHING_PACKED);
    }

    /**
     * The same with weights of 8 bits, one scale a row, and inputs that are rounded to 8 bits as
     * they come, on the CPU only. The weights given are not needed any more.
     */
    public static Linears int8(List<NDArray> weights, List<NDArray> biases) {
      NDManager owner = weights.get(0).getManager();
      NDArray none = owner.create(new Shape(0));
      IValue[] packed = new IValue[weights.size()];
      for (int i = 0; i < packed.length; i++) {
        NDArray bias = biases.isEmpty() ? none : biases.get(i);
        try (IValue weight = tensor(weights.get(i));
            IValue itsBias = tensor(bias)) {
          packed[i] = IValueUtils.runMethod(Module.LAYERS, "pack", weight, itsBias);
        }
      }
      IValue all = IValue.listFrom(packed);
      for (IValue one : packed) {
        one.close();
      }
      return new Linears(List.of(), List.of(), owned(owner, all));
    }
  }

  /**
   * The keys and values of sequences whose rows stand one after another in a batch.
   *
   * @param keys for each sequence [capacity, Hkv, d], with room for the new rows, which are written
   * @param values alike
   * @param held rows that they hold already
   * @param rows new rows of each sequence
   * @param masks for each sequence what is added to its attention logits, [rows, held + rows]; an
   *     empty array hides from each row the rows after it
   */
  public record Ragged(
      List<NDArray> keys, List<NDArray> values, long[] held, long[] rows, List<NDArray> masks) {}

  /**
   * A layer of a Llama-style decoder.
   *
   * @param hidden [T, D]
   * @param cos cosines of each row's position, [T, 1, d]
   * @param sin sines
   * @return [T, D]
   */
  public static NDArray decoderLayer(
      NDArray hidden, NDArray cos, NDArray sin, Ragged sequences, Layer layer) {
    return run(
        "decoder_layer",
        layer,
        hidden,
        tensor(cos),
        tensor(sin),
        tensors(sequences.keys),
        tensors(sequences.values),
        IValue.listFrom(sequences.held),
        IValue.listFrom(sequences.rows),
        tensors(sequences.masks));
  }

  /**
   * A CLIP-style vision transformer.
   *
   * @param embedded [T, D]
   * @param layers norms and linear layers of all its layers, one layer after another
   * @return what the last layer made and what it read, [T, D] each
   */
  public static NDList encoder(NDArray embedded, int heads, Layer layers) {
    try (IValue result = call("encoder", layers, embedded, IValue.from((long) heads))) {
      return new NDList(result.toTensorArray((PtNDManager) embedded.getManager()));
    }
  }

  /**
   * A layer of the localizer.
   *
   * @param rows [B, T, W]
   * @param patches [P, N, W], B a multiple of P
   * @param similarity [P, 1, B / P * T, N]
   * @param likeness [H, 1, 1]
   * @param bias [B, 1, 1, T], or null
   * @return [B, T, W]
   */
  public static NDArray localizerLayer(
      NDArray rows,
      NDArray patches,
      NDArray similarity,
      NDArray likeness,
      NDArray bias,
      Layer layer) {
    return run(
        "localizer_layer",
        layer,
        rows,
        tensor(patches),
        tensor(similarity),
        tensor(likeness),
        tensors(bias == null ? List.of() : List.of(bias)));
  }

  /**
   * {@code x weight^T + bias}, as the layers compute it.
   *
   * @param x [T, in]
   * @param bias [out], or null
   */
  static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    NDArray none = bias == null ? x.getManager().create(new Shape(0)) : bias;
    try (IValue rows = tensor(x);
        IValue matrix = tensor(weight);
        IValue itsBias = tensor(none);
        IValue result =
            IValueUtils.runMethod(Module.LAYERS, "large_linear", rows, matrix, itsBias)) {
      return result.toTensor((PtNDManager) x.getManager());
    }
  }

  private static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  private static IValue tensors(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  private static NDArray run(String method, Layer layer, NDArray hidden, IValue... others) {
    try (IValue result = call(method, layer, hidden, others)) {
      return result.toTensor((PtNDManager) hidden.getManager());
    }
  }

  private static IValue call(String method, Layer layer, NDArray hidden, IValue... others) {
    List<IValue> own = new ArrayList<>(List.of(others));
    own.add(0, tensor(hidden));
    List<IValue> arguments = new ArrayList<>(own);
    arguments.addAll(layer.arguments);
    try {
      return IValueUtils.runMethod(Module.LAYERS, method, arguments.toArray(IValue[]::new));
    } finally {
      own.forEach(IValue::close);
    }
  }
}
