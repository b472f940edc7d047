package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import io.cropvqa.pruning.EncoderView;
import java.util.Arrays;

/** A view of a tower whose tokens all are visual ones, but for a class token. */
final class TowerView {
  private TowerView() {}

  /**
   * @param input what the layer read, [T, D], a class token first; lives as long as the view is
   *     used
   * @param hasClassToken whether there is one
   * @param hidden leading tokens that are no visual tokens: 1 where the class token is dropped
   */
  static EncoderView of(EncoderLayer layer, NDArray input, boolean hasClassToken, int hidden) {
    return new RecomputedView(
        input,
        states -> {
          NDArray all =
              hasClassToken ? layer.attentionOfFirst(states) : layer.attentionReceived(states);
          return Arrays.copyOfRange(all.toFloatArray(), hidden, (int) all.size());
        },
        states -> layer.meanKeys(states).get(hidden + ":"));
  }
}
