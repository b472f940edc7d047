package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.EncoderView;
import java.util.Arrays;

/**
 * What a CLIP tower's last used layer attended to: one query row and the keys are computed again
 * when they are asked for, the whole attention map never is.
 */
final class ClipEncoderView implements EncoderView {
  private final ClipEncoderLayer layer;
  private final NDArray input; // [1 + N, D]
  private final int hidden;

  /**
   * @param input what the layer read, the class token first; lives as long as the view is used
   * @param hidden leading tokens that are no visual tokens: 1 where the class token is dropped
   */
  ClipEncoderView(ClipEncoderLayer layer, NDArray input, int hidden) {
    this.layer = layer;
    this.input = input;
    this.hidden = hidden;
  }

  @Override
  public float[] attention() {
    try (NDManager step = input.getManager().newSubManager()) {
      float[] all = layer.attentionOfFirst(copied(step)).toFloatArray();
      return Arrays.copyOfRange(all, hidden, all.length);
    }
  }

  @Override
  public NDArray keys(NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      NDArray keys = layer.meanKeys(copied(step)).get(hidden + ":");
      keys.attach(scope);
      return keys;
    }
  }

  @Override
  public long bytes() {
    return input.size() * input.getDataType().getNumOfBytes();
  }

  private NDArray copied(NDManager step) {
    NDArray copy = input.duplicate(); // results belong to the first operand's manager
    copy.attach(step);
    return copy;
  }
}
