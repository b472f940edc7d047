package io.cropvqa.model.localizer;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.Autograd;
import java.util.List;

/**
 * Multi-head attention of some rows to others, in operations that gradients go through.
 *
 * @param qProj [W, W]
 * @param kProj [W, W]
 * @param vProj [W, W]
 * @param oProj [W, W]
 * @param heads H
 */
record Attention(Linear qProj, Linear kProj, Linear vProj, Linear oProj, int heads) {

  static Attention of(WeightSource weights, String name, LocalizerConfig config) {
    int width = config.hiddenSize();
    return new Attention(
        LocalizerNetwork.linear(weights, name + ".q_proj", width, width),
        LocalizerNetwork.linear(weights, name + ".k_proj", width, width),
        LocalizerNetwork.linear(weights, name + ".v_proj", width, width),
        LocalizerNetwork.linear(weights, name + ".o_proj", width, width),
        config.numAttentionHeads());
  }

  List<Linear> linears() {
    return List.of(qProj, kProj, vProj, oProj);
  }

  /**
   * @param x [G, Tq, W]
   * @param memory [G, Tk, W]
   * @param bias [G, 1 or H, 1 or Tq, Tk], added to the logits; null for none
   * @return [G, Tq, W]
   */
  NDArray forward(NDArray x, NDArray memory, NDArray bias) {
    long width = x.getShape().get(2);
    NDArray q = heads(qProj.forward(x)).transpose(0, 2, 1, 3); // [G, H, Tq, d]
    NDArray k = heads(kProj.forward(memory)).transpose(0, 2, 3, 1); // [G, H, d, Tk]
    NDArray v = heads(vProj.forward(memory)).transpose(0, 2, 1, 3); // [G, H, Tk, d]
    double scale = 1 / Math.sqrt((double) width / heads);
    NDArray scores = Autograd.scale(q, scale).matMul(k); // [G, H, Tq, Tk]
    NDArray weights = (bias == null ? scores : scores.add(bias)).softmax(-1);
    return oProj.forward(weights.matMul(v).transpose(0, 2, 1, 3).reshape(x.getShape()));
  }

  /** [G, T, W] to [G, T, H, d]. */
  private NDArray heads(NDArray x) {
    return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, -1);
  }
}
