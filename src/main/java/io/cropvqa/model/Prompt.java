package io.cropvqa.model;

import ai.djl.ndarray.NDArray;

/**
 * A question as the decoder reads it: text and visual tokens in one row of embeddings.
 *
 * @param embeddings [T, D]
 * @param positions position id of each row; dropped visual tokens leave gaps, so that what is kept
 *     stays where it was
 * @param patches for each row the patch it shows, or {@link #TEXT}
 * @param nextPosition position id of the first generated token: that of the unpruned prompt
 */
public record Prompt(NDArray embeddings, int[] positions, int[] patches, int nextPosition) {
  /** Marks a row of text. */
  public static final int TEXT = -1;

  public Prompt {
    long rows = embeddings.getShape().get(0);
    if (rows != positions.length || rows != patches.length) {
      throw new IllegalArgumentException(
          "%d rows need as many positions (%d) and patches (%d)"
              .formatted(rows, positions.length, patches.length));
    }
  }

  public int length() {
    return positions.length;
  }
}
