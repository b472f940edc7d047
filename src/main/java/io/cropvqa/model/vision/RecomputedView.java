package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.EncoderView;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a tower's last used layer attended to: queries and keys are computed again from what it
 * read, when they are asked for, and the attention map is never held.
 */
public final class RecomputedView implements EncoderView {
  private final NDArray input;
  private final Function<NDArray, float[]> attention;
  private final UnaryOperator<NDArray> keys;

  /**
   * @param input what the layer read, [T, D]; lives as long as the view is used
   * @param attention from the input to how strongly each visual token is attended to, [N]
   * @param keys from the input to each visual token's keys, [N, d]
   */
  public RecomputedView(
      NDArray input, Function<NDArray, float[]> attention, UnaryOperator<NDArray> keys) {
    this.input = input;
    this.attention = attention;
    this.keys = keys;
  }

  @Override
  public float[] attention() {
    try (NDManager step = input.getManager().newSubManager()) {
      return attention.apply(copied(step));
    }
  }

  @Override
  public NDArray keys(NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      NDArray made = keys.apply(copied(step));
      made.attach(scope);
      return made;
    }
  }

  private NDArray copied(NDManager step) {
    NDArray copy = input.duplicate(); // results belong to the first operand's manager
    copy.attach(step);
    return copy;
  }
}
