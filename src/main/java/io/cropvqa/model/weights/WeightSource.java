package io.cropvqa.model.weights;

import ai.djl.ndarray.NDArray;

/** Where a network's weights come from: a file, or a training that makes them. */
@FunctionalInterface
public interface WeightSource {

  /**
   * One weight.
   *
   * @throws IllegalArgumentException if there is none of the name and shape
   */
  NDArray get(String name, long... shape);

  /**
   * One weight that may be held in fewer bits than others: of an embedding, or a bias.
   *
   * @throws IllegalArgumentException if there is none of the name and shape
   */
  default NDArray matrix(String name, long... shape) {
    return get(name, shape);
  }

  /**
   * The weight of a linear layer, [out, in], which may be held in fewer bits than others, and in
   * column-major order ({@code ColumnMajor}).
   *
   * @throws IllegalArgumentException if there is none of the name and shape
   */
  default NDArray linear(String name, long out, long in) {
    return matrix(name, out, in);
  }
}
