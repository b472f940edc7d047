package io.cropvqa.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What a training makes small. */
public interface TrainingObjective {

  /**
   * The loss on the examples of a step, which the seed and the number of the step alone decide.
   *
   * @param step from 1
   * @param scope owns all that is made; closed after the step
   * @return a scalar that gradients go through
   */
  NDArray loss(int step, NDManager scope);

  /** How well it does on examples that it doesn't learn from, in a few words for people. */
  String heldOut();
}
