package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;

/** One sequence of a prefill between two layers, as a method sees it: text and one image. */
public interface LayerView {

  /** The patch of each visual row, in order. */
  int[] patches();

  /** Which rows of the sequence are visual, ascending; as many as {@link #patches}. */
  int[] visualRows();

  /** Hidden states of all rows, text and visual: [T, D]. */
  NDArray states();

  /**
   * How strongly some rows attend to all rows in the layer that runs next, averaged over its heads.
   * Only these rows of the attention map are computed.
   *
   * @return [rows, T]; causal, each row adds up to 1
   */
  NDArray attention(int... rows);

  /**
   * How strongly the last row, where the answer begins, attends to each visual row: FastV's score.
   */
  default float[] attentionOfLast() {
    int last = (int) states().getShape().get(0) - 1;
    float[] all = attention(last).toFloatArray();
    int[] rows = visualRows();
    float[] scores = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = all[rows[i]];
    }
    return scores;
  }
}
