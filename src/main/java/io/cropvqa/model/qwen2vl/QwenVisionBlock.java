package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.layers.SelfAttention;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.TorchOps;
import java.util.function.UnaryOperator;

/** One layer of the tower. Source: transformers, {@code Qwen2VLVisionBlock}. */
final class QwenVisionBlock {
  private static final int BAND = 128;

  private final QwenVisionConfig config;
  private final UnaryOperator<NDArray> norm1;
  private final Linear qkv;
  private final Linear proj;
  private final UnaryOperator<NDArray> norm2;
  private final UnaryOperator<NDArray> mlp;

  /**
   * @param name prefix of the layer's weights
   */
  QwenVisionBlock(QwenVisionConfig config, BlockParts parts, WeightSource weights, String name) {
    this.config = config;
    int hidden = config.hiddenSize();
    norm1 = parts.norm(weights, name + ".norm1");
    qkv = Linear.read(weights, name + ".attn.qkv", hidden, 3 * hidden, true);
    proj = Linear.read(weights, name + ".attn.proj", hidden, hidden, true);
    norm2 = parts.norm(weights, name + ".norm2");
    mlp = parts.mlp(weights, name + ".mlp");
  }

  /**
   * [T, D] to [T, D].
   *
   * @param windows rows of each window, one after another; rows attend within theirs
   */
  NDArray forward(NDArray hidden, RotaryEmbedding.Angles angles, int[] windows) {
    NDManager owner = hidden.getManager();
    try (NDManager layer = owner.newSubManager()) { // frees what is computed on the way
      NDArray read = TorchOps.view(hidden, layer);
      NDArray attended = read.add(attention(norm1.apply(read), angles, windows));
      NDArray made = attended.add(mlp.apply(norm2.apply(attended)));
      made.attach(owner);
      return made;
    }
  }

  private NDArray attention(NDArray x, RotaryEmbedding.Angles angles, int[] windows) {
    NDList heads = heads(x, angles);
    NDList mixed = new NDList(windows.length);
    long start = 0;
    for (int rows : windows) {
      mixed.add(
          SelfAttention.attend(
              rows(heads.get(0), start, rows),
              rows(heads.get(1), start, rows),
              rows(heads.get(2), start, rows),
              false));
      start += rows;
    }
    NDArray all =
        mixed.size() == 1
            ? mixed.get(0)
            : mixed.get(0).getNDArrayInternal().concat(mixed.subNDList(1), 0);
    return proj.forward(all);
  }

  /** Queries and keys, turned, and values: [T, H, d] each. */
  private NDList heads(NDArray x, RotaryEmbedding.Angles angles) {
    long rows = x.getShape().get(0);
    NDArray all = qkv.forward(x).reshape(rows, 3, config.numHeads(), config.headDim());
    return new NDList(
        angles.rotate(all.get(":, 0")), angles.rotate(all.get(":, 1")), all.get(":, 2"));
  }

  private static NDArray rows(NDArray all, long start, long count) {
    return count == all.getShape().get(0) ? all : all.get(start + ":" + (start + count));
  }

  /**
   * How strongly the rows of a window together attend to each of it in this layer, averaged over
   * heads and over the rows that attend. Of the attention map only a band is ever held.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [T]
   */
  float[] attentionReceived(NDArray hidden, RotaryEmbedding.Angles angles, int[] windows) {
    NDList heads = heads(norm1.apply(hidden), angles);
    float[] received = new float[(int) hidden.getShape().get(0)];
    int start = 0;
    for (int rows : windows) {
      float[] ofWindow =
          received(rows(heads.get(0), start, rows), rows(heads.get(1), start, rows)).toFloatArray();
      System.arraycopy(ofWindow, 0, received, start, rows);
      start += rows;
    }
    return received;
  }

  private static NDArray received(NDArray queries, NDArray keys) {
    long rows = queries.getShape().get(0);
    NDArray nothing = queries.getManager().zeros(new Shape(1, rows));
    NDArray sum = queries.getManager().zeros(new Shape(1, rows));
    for (long start = 0; start < rows; start += BAND) {
      try (NDManager step = queries.getManager().newSubManager()) {
        NDArray band = rows(TorchOps.view(queries, step), start, Math.min(BAND, rows - start));
        NDArray attention = SelfAttention.probabilities(band, keys, nothing); // [band, T]
        sum.addi(attention.sum(new int[] {0}, true));
      }
    }
    return sum.div(rows);
  }

  /**
   * Attention keys of this layer, averaged over heads.
   *
   * @param hidden what the layer reads, [T, D]
   * @return [T, d]
   */
  NDArray meanKeys(NDArray hidden, RotaryEmbedding.Angles angles) {
    return heads(norm1.apply(hidden), angles).get(1).mean(new int[] {1});
  }
}
