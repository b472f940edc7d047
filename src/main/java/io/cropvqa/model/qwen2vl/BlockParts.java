package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.weights.WeightSource;
import java.util.function.UnaryOperator;

/** What the layers of a tower are made of, and what they see of a picture. */
public interface BlockParts {

  /**
   * A normalization over the last axis.
   *
   * @param name prefix of its weights
   */
  UnaryOperator<NDArray> norm(WeightSource weights, String name);

  /**
   * A feed-forward network, [T, D] to [T, D].
   *
   * @param name prefix of its weights
   */
  UnaryOperator<NDArray> mlp(WeightSource weights, String name);

  /**
   * In which windows a picture is seen.
   *
   * @param rows visual tokens from top to bottom
   * @param columns visual tokens from left to right
   */
  Windows windows(int rows, int columns);

  /** Whether a layer sees the whole picture, whatever the windows. */
  boolean seesAll(int layer);
}
