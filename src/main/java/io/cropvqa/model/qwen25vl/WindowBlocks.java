package io.cropvqa.model.qwen25vl;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.RmsNorm;
import io.cropvqa.model.qwen2vl.BlockParts;
import io.cropvqa.model.qwen2vl.QwenVisionConfig;
import io.cropvqa.model.qwen2vl.Windows;
import io.cropvqa.model.weights.WeightSource;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * RMSNorm, gated feed-forward networks, and windows but in a few layers. Source: transformers,
 * {@code Qwen2_5_VLVisionBlock}.
 *
 * @param windowSide of a window, in visual tokens
 * @param fullAttention layers that see the whole picture
 */
record WindowBlocks(QwenVisionConfig config, int windowSide, List<Integer> fullAttention)
    implements BlockParts {

  static WindowBlocks read(ConfigJson json, QwenVisionConfig config) {
    int pixels = json.size("window_size", 112);
    int side = pixels / config.patches().block();
    if (side < 1) {
      throw new IllegalArgumentException(
          "config.json vision_config: window_size = %d holds no token of %d pixels"
              .formatted(pixels, config.patches().block()));
    }
    return new WindowBlocks(
        config, side, json.integers("fullatt_block_indexes", List.of(7, 15, 23, 31)));
  }

  @Override
  public UnaryOperator<NDArray> norm(WeightSource weights, String name) {
    return RmsNorm.read(weights, name, config.hiddenSize(), 1e-6)::forward;
  }

  @Override
  public UnaryOperator<NDArray> mlp(WeightSource weights, String name) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    Linear gateProj = Linear.read(weights, name + ".gate_proj", hidden, inner, true);
    Linear upProj = Linear.read(weights, name + ".up_proj", hidden, inner, true);
    Linear downProj = Linear.read(weights, name + ".down_proj", inner, hidden, true);
    return x ->
        downProj.forward(config.hiddenAct().apply(gateProj.forward(x)).mul(upProj.forward(x)));
  }

  @Override
  public Windows windows(int rows, int columns) {
    return Windows.of(rows, columns, windowSide);
  }

  @Override
  public boolean seesAll(int layer) {
    return fullAttention.contains(layer);
  }
}
