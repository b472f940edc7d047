package io.cropvqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
import java.util.stream.Collectors;

/**
 * Transformer layers one after another as one call, where no gradients go through. Their text is
 * {@code torchscript/layers.py}. Measured on the bundled model's eight layers: two thirds of the
 * time of a call a layer for one token, which in turn is 1.6 times as fast as some fifty calls.
 */
public final class FusedLayers {
  private static final String TEXT = "/torchscript/layers.py";

  private FusedLayers() {}

  /** Compiled at first use; holds no weights, so one module serves every device and thread. */
  static final class Module {
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

  /**
   * What a run of L layers takes of S sequences whose rows stand one after another in a batch: of
   * the first layer for each sequence, then of the next.
   *
   * @param cos for each layer cosines of each row's position, [T, 1, d]
   * @param sin sines
   * @param cached keys and values, [2, Hkv, capacity, d] each, L * S of them, with room for the new
   *     rows, which are written
   * @param held rows that they hold already
   * @param rows new rows of each sequence, S numbers
   * @param masks what is added to attention logits, [rows, held + rows] each; an empty array hides
   *     from each row the rows after it
   */
  public record Ragged(
      List<NDArray> cos,
      List<NDArray> sin,
      List<NDArray> cached,
      long[] held,
      long[] rows,
      List<NDArray> masks) {}

  /**
   * Layers of a Llama-style decoder.
   *
   * @param hidden [T, D]
   * @param first index of the first one in the stack
   * @param sequences says how many
   * @return [T, D]
   */
  public static NDArray decoderLayers(
      NDArray hidden, int first, Ragged sequences, LayerStack stack) {
    return run(
        "decoder_layers",
        stack,
        hidden,
        tensors(sequences.cos),
        tensors(sequences.sin),
        tensors(sequences.cached),
        IValue.listFrom(sequences.held),
        IValue.listFrom(sequences.rows),
        tensors(sequences.masks),
        IValue.from((long) first));
  }

  /**
   * How strongly some rows of a sequence attend to its rows in a layer that has not run yet,
   * averaged over heads.
   *
   * @param hidden of the sequence, [T, D]
   * @param cos cosines of each row's position, [T, 1, d]
   * @param sin sines
   * @param rows [Tq] int64
   * @param bias [Tq, T], added to the logits; minus infinity hides a row
   * @param layer its index in the stack
   * @return [Tq, T], each row adds up to 1
   */
  public static NDArray attentionOf(
      NDArray hidden,
      NDArray cos,
      NDArray sin,
      NDArray rows,
      NDArray bias,
      int layer,
      LayerStack stack) {
    return run(
        "attention_of",
        stack,
        hidden,
        tensor(cos),
        tensor(sin),
        tensor(rows),
        tensor(bias),
        IValue.from((long) layer));
  }

  /**
   * A CLIP-style vision transformer.
   *
   * @param embedded [T, D]
   * @param layers at least one
   * @return what the last layer made and what it read, [T, D] each
   */
  public static NDList encoder(NDArray embedded, int heads, LayerStack layers) {
    try (IValue result = call("encoder", layers, embedded, IValue.from((long) heads))) {
      return new NDList(result.toTensorArray((PtNDManager) embedded.getManager()));
    }
  }

  /**
   * What the localizer is asked.
   *
   * @param words [B, T, D], B a multiple of P
   * @param order where they stand, [1, T, W]
   * @param patches [P, N, D]
   * @param positions where they stand, [P, N, W]
   * @param bias [B, 1, 1, 4 + T], or null
   */
  public record LocalizerInput(
      NDArray words, NDArray order, NDArray patches, NDArray positions, NDArray bias) {}

  /**
   * What the localizer holds beside norms and linear layers.
   *
   * @param edges [4, W]
   * @param likeness of each layer, [H, 1, 1]
   * @param head [4, W, 8]
   * @param headBias [4, 1, 8]
   */
  public record LocalizerEdges(
      NDArray edges, List<NDArray> likeness, NDArray head, NDArray headBias) {}

  /**
   * The localizer.
   *
   * @param stack its own norms and linear layers first
   * @return [B, 4, 8]
   */
  public static NDArray localizer(LocalizerInput asked, LocalizerEdges edges, LayerStack stack) {
    return run(
        "localizer",
        stack,
        asked.words,
        tensor(asked.patches),
        tensor(asked.positions),
        tensor(asked.order),
        tensors(asked.bias == null ? List.of() : List.of(asked.bias)),
        tensor(edges.edges),
        tensors(edges.likeness),
        tensor(edges.head),
        tensor(edges.headBias));
  }

  /**
   * {@code x / sqrt(mean(x^2) + epsilon) * weight}, as the layers compute it.
   *
   * @param x [T, D]
   * @param weight [D]
   * @return [T, D]
   */
  public static NDArray rmsNorm(NDArray x, NDArray weight, double epsilon) {
    try (IValue rows = tensor(x);
        IValue its = tensor(weight);
        IValue under = IValue.from(epsilon);
        IValue result = IValueUtils.runMethod(Module.LAYERS, "rms_norm", rows, its, under)) {
      return result.toTensor((PtNDManager) x.getManager());
    }
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

  static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  static IValue tensors(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  private static NDArray run(String method, LayerStack stack, NDArray hidden, IValue... others) {
    try (IValue result = call(method, stack, hidden, others)) {
      return result.toTensor((PtNDManager) hidden.getManager());
    }
  }

  private static IValue call(String method, LayerStack stack, NDArray hidden, IValue... others) {
    List<IValue> own = new ArrayList<>(List.of(others));
    own.add(0, tensor(hidden));
    List<IValue> arguments = new ArrayList<>(own);
    arguments.addAll(stack.arguments());
    try {
      return IValueUtils.runMethod(Module.LAYERS, method, arguments.toArray(IValue[]::new));
    } finally {
      own.forEach(IValue::close);
    }
  }
}
