package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.RmsNorm;
import io.cropvqa.model.layers.SelfAttention;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.LayerStack;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.TorchOps;
import java.util.List;

/**
 * One layer of a Llama-style decoder: attention, then a gated feed-forward network, each after an
 * RMSNorm and added to what came in. Source: transformers, {@code LlamaDecoderLayer}.
 */
final class DecoderLayer {
  private final LanguageModelConfig config;
  private final RmsNorm inputNorm;
  private final Linear qProj;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear oProj;
  private final RmsNorm postAttentionNorm;
  private final Linear gateProj;
  private final Linear upProj;
  private final Linear downProj;
  private final LayerStack.Layer fused;
  private final long bytesSaved;

  /**
   * @param name prefix of the layer's weights, such as {@code model.language_model.layers.0}
   */
  DecoderLayer(LanguageModelConfig config, WeightSource weights, String name, NumberType type) {
    this.config = config;
    int hidden = config.hiddenSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    int inner = config.intermediateSize();
    boolean bias = config.attentionBias();
    inputNorm = RmsNorm.read(weights, name + ".input_layernorm", hidden, config.rmsNormEps());
    qProj = Linear.read(weights, name + ".self_attn.q_proj", hidden, queries, bias);
    kProj = Linear.read(weights, name + ".self_attn.k_proj", hidden, keys, bias);
    vProj = Linear.read(weights, name + ".self_attn.v_proj", hidden, keys, bias);
    oProj = Linear.read(weights, name + ".self_attn.o_proj", queries, hidden, config.outputBias());
    postAttentionNorm =
        RmsNorm.read(weights, name + ".post_attention_layernorm", hidden, config.rmsNormEps());
    gateProj = Linear.read(weights, name + ".mlp.gate_proj", hidden, inner, config.mlpBias());
    upProj = Linear.read(weights, name + ".mlp.up_proj", hidden, inner, config.mlpBias());
    downProj = Linear.read(weights, name + ".mlp.down_proj", inner, hidden, config.mlpBias());
    NDArray none = inputNorm.weight().getManager().create(new Shape(0));
    List<Linear> linears = List.of(qProj, kProj, vProj, oProj, gateProj, upProj, downProj);
    fused = fused(linears, type, none);
    bytesSaved = type == NumberType.INT8 ? freeFloats(linears) : 0;
  }

  private LayerStack.Layer fused(List<Linear> linears, NumberType type, NDArray none) {
    boolean biased = linears.stream().anyMatch(linear -> linear.bias() != null);
    List<NDArray> weights = linears.stream().map(Linear::weight).toList();
    List<NDArray> biases =
        biased
            ? linears.stream().map(linear -> linear.bias() == null ? none : linear.bias()).toList()
            : List.of();
    return new LayerStack.Layer(
        List.of(inputNorm.weight(), postAttentionNorm.weight()),
        type == NumberType.INT8
            ? LayerStack.Linears.int8(weights, biases)
            : LayerStack.Linears.of(weights, biases));
  }

  /**
   * Frees the float32 weights that weights of 8 bits stand for.
   *
   * @return bytes saved
   */
  private static long freeFloats(List<Linear> linears) {
    long bytes = 0;
    for (Linear linear : linears) {
      bytes += linear.weight().size() * (Float.BYTES - 1);
      linear.weight().close();
    }
    return bytes;
  }

  /** Bytes that its weights take less than those of its source. */
  long bytesSaved() {
    return bytesSaved;
  }

  /** What {@link DecoderStack} puts together. */
  LayerStack.Layer fused() {
    return fused;
  }

  /**
   * Takes a batch through the layer in operations that gradients go through; prompts only.
   *
   * @return [T, D]
   */
  NDArray plain(RaggedBatch batch) {
    NDArray hidden = batch.hidden();
    NDArray attended = hidden.add(attention(inputNorm.forward(hidden), batch));
    return attended.add(feedForward(postAttentionNorm.forward(attended)));
  }

  private NDArray attention(NDArray x, RaggedBatch batch) {
    NDArray q = batch.angles().rotate(heads(qProj.forward(x))); // [T, H, d]
    NDArray k = batch.angles().rotate(heads(kProj.forward(x))); // [T, Hkv, d]
    NDArray v = heads(vProj.forward(x)); // [T, Hkv, d]
    NDList mixed = new NDList(batch.sequences().size());
    for (int i = 0; i < batch.sequences().size(); i++) {
      NDArray queries = batch.rowsOf(i, q);
      NDArray keys = batch.rowsOf(i, k);
      NDArray values = batch.rowsOf(i, v);
      mixed.add(
          batch
              .biasOf(i)
              .map(bias -> SelfAttention.attend(queries, keys, values, bias))
              .orElseGet(() -> SelfAttention.attend(queries, keys, values, true)));
    }
    return oProj.forward(TorchOps.joined(mixed)); // [T, D]
  }

  private NDArray feedForward(NDArray x) {
    Activation gate = config.hiddenAct();
    return downProj.forward(gate.apply(gateProj.forward(x)).mul(upProj.forward(x)));
  }

  private NDArray heads(NDArray x) {
    return x.reshape(x.getShape().get(0), -1, config.headDim());
  }
}
