package io.cropvqa.model.localizer;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.Fused;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.LayerStack;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;

/**
 * One block: edges and words look at each other, then at the patches, then a feed-forward network;
 * each after a layer normalization and added to what came in.
 */
final class CrossAttentionBlock {
  private final LayerNorm selfNorm;
  private final Attention selfAttention;
  private final LayerNorm crossNorm;
  private final Attention crossAttention;
  private final NDArray likeness; // [H, 1, 1]
  private final LayerNorm mlpNorm;
  private final Linear upProj;
  private final Linear downProj;

  CrossAttentionBlock(WeightSource weights, String name, LocalizerConfig config) {
    int width = config.hiddenSize();
    int inner = config.intermediateSize();
    selfNorm = LocalizerNetwork.norm(weights, name + ".self_norm", width);
    selfAttention = Attention.of(weights, name + ".self_attn", config);
    crossNorm = LocalizerNetwork.norm(weights, name + ".cross_norm", width);
    crossAttention = Attention.of(weights, name + ".cross_attn", config);
    likeness = weights.get(name + ".cross_attn.likeness", config.numAttentionHeads(), 1, 1);
    mlpNorm = LocalizerNetwork.norm(weights, name + ".mlp_norm", width);
    upProj = LocalizerNetwork.linear(weights, name + ".mlp.up_proj", width, inner);
    downProj = LocalizerNetwork.linear(weights, name + ".mlp.down_proj", inner, width);
  }

  /** What the network puts together. */
  LayerStack.Layer fused() {
    List<Linear> linears = new ArrayList<>(selfAttention.linears());
    linears.addAll(crossAttention.linears());
    linears.addAll(List.of(upProj, downProj));
    return Fused.layer(List.of(selfNorm, crossNorm, mlpNorm), linears);
  }

  NDArray likeness() {
    return likeness;
  }

  /**
   * Takes edges and words through the block, in operations that gradients go through. All questions
   * about a picture share its keys and values, so that these are computed once.
   *
   * @param rows [B, 4 + T, W]
   * @param patches [P, N, W]
   * @param similarity [P, 1, Q * (4 + T), N], cosines of words and patches; each head attends to
   *     what is alike as much more or less as its own weight says
   * @param bias [B, 1, 1, 4 + T], hides padded words; null where there are none
   * @return [B, 4 + T, W]
   */
  NDArray forward(NDArray rows, NDArray patches, NDArray similarity, NDArray bias) {
    NDArray x = selfNorm.forward(rows);
    x = rows.add(selfAttention.forward(x, x, bias));
    NDArray byPicture = crossNorm.forward(x).reshape(patches.getShape().get(0), -1, width(rows));
    NDArray seen =
        crossAttention.forward(byPicture, patches, similarity.mul(likeness)); // [P, Q * (4 + T), W]
    x = x.add(seen.reshape(rows.getShape()));
    return x.add(downProj.forward(TorchOps.gelu(upProj.forward(mlpNorm.forward(x)))));
  }

  private static long width(NDArray rows) {
    return rows.getShape().get(2);
  }
}
