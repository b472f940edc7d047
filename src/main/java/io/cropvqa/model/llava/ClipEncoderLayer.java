package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.SelfAttention;
import io.cropvqa.model.weights.Weights;

/** One layer of CLIP's vision transformer. Source: transformers, {@code CLIPEncoderLayer}. */
final class ClipEncoderLayer {
  private final ClipVisionConfig config;
  private final LayerNorm layerNorm1;
  private final Linear qProj;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear outProj;
  private final LayerNorm layerNorm2;
  private final Linear fc1;
  private final Linear fc2;

  ClipEncoderLayer(ClipVisionConfig config, Weights weights, String name) {
    this.config = config;
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    layerNorm1 = LayerNorm.read(weights, name + ".layer_norm1", hidden, config.layerNormEps());
    qProj = Linear.read(weights, name + ".self_attn.q_proj", hidden, hidden, true);
    kProj = Linear.read(weights, name + ".self_attn.k_proj", hidden, hidden, true);
    vProj = Linear.read(weights, name + ".self_attn.v_proj", hidden, hidden, true);
    outProj = Linear.read(weights, name + ".self_attn.out_proj", hidden, hidden, true);
    layerNorm2 = LayerNorm.read(weights, name + ".layer_norm2", hidden, config.layerNormEps());
    fc1 = Linear.read(weights, name + ".mlp.fc1", hidden, inner, true);
    fc2 = Linear.read(weights, name + ".mlp.fc2", inner, hidden, true);
  }

  /** [1 + N, D] to [1 + N, D]. */
  NDArray forward(NDArray hidden) {
    NDArray attended = hidden.add(attention(layerNorm1.forward(hidden)));
    NDArray inner = config.hiddenAct().apply(fc1.forward(layerNorm2.forward(attended)));
    return attended.add(fc2.forward(inner));
  }

  private NDArray attention(NDArray x) {
    NDArray mixed =
        SelfAttention.attend(
            heads(qProj.forward(x)), heads(kProj.forward(x)), heads(vProj.forward(x)), false);
    return outProj.forward(mixed);
  }

  /**
   * How strongly the first token attends to each in this layer, averaged over heads.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [1, T]
   */
  NDArray attentionOfFirst(NDArray hidden) {
    NDArray x = layerNorm1.forward(hidden);
    NDArray q = heads(qProj.forward(x.get("0:1")));
    int[] seesAll = {(int) x.getShape().get(0) - 1};
    return SelfAttention.probabilities(q, heads(kProj.forward(x)), seesAll);
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
