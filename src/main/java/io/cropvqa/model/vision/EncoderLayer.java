package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Fused;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.SelfAttention;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.LayerStack;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.List;

/** One layer of CLIP's vision transformer. Source: transformers, {@code CLIPEncoderLayer}. */
final class EncoderLayer {
  private static final int BAND = 128;

  private final VisionConfig config;
  private final LayerNorm layerNorm1;
  private final Linear qProj;
  private final Linear kProj;
  private final LayerStack.Layer fused;

  EncoderLayer(VisionConfig config, WeightSource weights, String name) {
    this.config = config;
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    layerNorm1 = LayerNorm.read(weights, name + ".layer_norm1", hidden, config.layerNormEps());
    qProj = Linear.read(weights, name + ".self_attn.q_proj", hidden, hidden, true);
    kProj = Linear.read(weights, name + ".self_attn.k_proj", hidden, hidden, true);
    Linear vProj = Linear.read(weights, name + ".self_attn.v_proj", hidden, hidden, true);
    Linear outProj = Linear.read(weights, name + ".self_attn.out_proj", hidden, hidden, true);
    LayerNorm layerNorm2 =
        LayerNorm.read(weights, name + ".layer_norm2", hidden, config.layerNormEps());
    Linear fc1 = Linear.read(weights, name + ".mlp.fc1", hidden, inner, true);
    Linear fc2 = Linear.read(weights, name + ".mlp.fc2", inner, hidden, true);
    fused =
        Fused.layer(
            List.of(layerNorm1, layerNorm2), List.of(qProj, kProj, vProj, outProj, fc1, fc2));
  }

  /** What the tower puts together. */
  LayerStack.Layer fused() {
    return fused;
  }

  /**
   * How strongly the first token attends to each in this layer, averaged over heads.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [1, T]
   */
  NDArray attentionOfFirst(NDArray hidden) {
    NDArray x = layerNorm1.forward(hidden);
    return attention(x.get("0:1"), heads(kProj.forward(x)));
  }

  /**
   * How strongly all tokens together attend to each in this layer, averaged over heads and over the
   * tokens that attend. Of the attention map only a band is ever held.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [1, T]
   */
  NDArray attentionReceived(NDArray hidden) {
    NDArray x = layerNorm1.forward(hidden);
    NDArray keys = heads(kProj.forward(x));
    long tokens = x.getShape().get(0);
    NDArray sum = x.getManager().zeros(new Shape(1, tokens));
    for (long start = 0; start < tokens; start += BAND) {
      try (NDManager step = x.getManager().newSubManager()) {
        NDArray band = TorchOps.view(x, step).get(start + ":" + Math.min(tokens, start + BAND));
        sum.addi(attention(band, keys).sum(new int[] {0}, true));
      }
    }
    return sum.div(tokens);
  }

  /** Attention of normalized rows [Tq, D] to keys [T, H, d]: [Tq, T]. */
  private NDArray attention(NDArray rows, NDArray keys) {
    int[] seesAll = new int[(int) rows.getShape().get(0)];
    Arrays.fill(seesAll, (int) keys.getShape().get(0) - 1);
    return SelfAttention.probabilities(heads(qProj.forward(rows)), keys, seesAll);
  }

  /**
   * Attention keys of this layer, averaged over heads.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [T, d]
   */
  NDArray meanKeys(NDArray hidden) {
    return heads(kProj.forward(layerNorm1.forward(hidden))).mean(new int[] {1});
  }

  private NDArray heads(NDArray x) {
    return x.reshape(x.getShape().get(0), config.numAttentionHeads(), -1);
  }
}
