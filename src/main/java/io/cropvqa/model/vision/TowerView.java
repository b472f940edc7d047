package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;

/**
 * What a tower's last used layer attended to: query rows and keys are computed again when they are
 * asked for, and the attention map is never held.
 */
final class TowerView implements EncoderView {
  private final EncoderLayer layer;
  private final NDArray input; // [T, D]
  private final boolean hasClassToken;
  private final int hidden;

  /**
   * @param input what the layer read, a class token first; lives as long as the view is used
   * @param hasClassToken whether there is one
   * @param hidden leading tokens that are no visual tokens: 1 where the class token is dropped
   */
  TowerView(EncoderLayer layer, NDArray input, boolean hasClassToken, int hidden) {
    this.layer = layer;
    this.input = input;
    this.hasClassToken = hasClassToken;
    this.hidden = hidden;
  }

  @Override
  public float[] attention() {
    try (NDManager step = input.getManager().newSubManager()) {
      NDArray states = copied(step);
      NDArray all =
          hasClassToken ? layer.attentionOfFirst(states) : layer.attentionReceived(states);
      return Arrays.copyOfRange(all.toFloatArray(), hidden, (int) all.size());
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
  public EncoderView in(NDManager scope) {
    return new TowerView(layer, TorchOps.view(input, scope), hasClassToken, hidden);
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
