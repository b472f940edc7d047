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
   * One weight of a linear layer, which may be held in fewer bits than others.
   *
   * @throws IllegalArgumentException if there is none of the name and shape
   */
  default NDArray matrix(String name, long... shape) {
    return get(name, shape);
  }
}
