package io.cropvqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
   * A layer's weights in the order of its text.
   *
   * @param weights matrices are [out, in]
   * @param biases none at all, or one each; an empty array is none
   * @param epsilon of its normalizations
   * @param activation as {@code hidden_act} names it
   */
  public record Layer(
      List<NDArray> weights, List<NDArray> biases, double epsilon, String activation) {}

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
        hidden,
        tensor(cos),
        tensor(sin),
        tensors(sequences.keys),
        tensors(sequences.values),
        IValue.listFrom(sequences.held),
        IValue.listFrom(sequences.rows),
        tensors(sequences.masks),
        tensors(layer.weights),
        tensors(layer.biases),
        IValue.from(layer.epsilon),
        IValue.from(layer.activation));
  }

  /**
   * A layer of a CLIP-style vision transformer.
   *
   * @param hidden [T, D]
   * @return [T, D]
   */
  public static NDArray encoderLayer(NDArray hidden, int heads, Layer layer) {
    return run(
        "encoder_layer",
        hidden,
        IValue.from((long) heads),
        tensors(layer.weights),
        tensors(layer.biases),
        IValue.from(layer.epsilon),
        IValue.from(layer.activation));
  }

  private static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  private static IValue tensors(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  private static NDArray run(String method, NDArray first, IValue... others) {
    IValue[] arguments = new IValue[1 + others.length];
    arguments[0] = tensor(first);
    System.arraycopy(others, 0, arguments, 1, others.length);
    try (IValue result = IValueUtils.runMethod(Module.LAYERS, method, arguments)) {
      return result.toTensor((PtNDManager) first.getManager());
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }
}
