package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.weights.WeightSource;
import java.util.function.UnaryOperator;

/** Qwen2-VL's: LayerNorm, a feed-forward network of two layers, all of the picture in every one. */
record LayerNormBlocks(QwenVisionConfig config) implements BlockParts {

  @Override
  public UnaryOperator<NDArray> norm(WeightSource weights, String name) {
    return LayerNorm.read(weights, name, config.hiddenSize(), 1e-6)::forward;
  }

  @Override
  public UnaryOperator<NDArray> mlp(WeightSource weights, String name) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    Linear fc1 = Linear.read(weights, name + ".fc1", hidden, inner, true);
    Linear fc2 = Linear.read(weights, name + ".fc2", inner, hidden, true);
    return x -> fc2.forward(config.hiddenAct().apply(fc1.forward(x)));
  }

  @Override
  public Windows windows(int rows, int columns) {
    return Windows.whole(rows, columns);
  }

  @Override
  public boolean seesAll(int layer) {
    return true;
  }
}
