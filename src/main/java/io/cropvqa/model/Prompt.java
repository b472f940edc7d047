package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * A question as the decoder reads it: text and visual tokens in one row of embeddings.
 *
 * @param embeddings [T, D]
 * @param positions position id of each row; dropped visual tokens leave gaps, so that what is kept
 *     stays where it was
 * @param patches for each row the patch it shows, or {@link #TEXT}
 * @param members for each row how many of the encoder's tokens it is made of; 1 for text
 * @param nextPosition position id of the first generated token: that of the unpruned prompt
 */
public record Prompt(
    NDArray embeddings, int[] positions, int[] patches, int[] members, int nextPosition) {
  /** Marks a row of text. */
  public static final int TEXT = -1;

  public Prompt {
    long rows = embeddings.getShape().get(0);
    if (rows != positions.length || rows != patches.length || rows != members.length) {
      throw new IllegalArgumentException(
          "%d rows need as many positions (%d), patches (%d) and members (%d)"
              .formatted(rows, positions.length, patches.length, members.length));
    }
  }

  /** Rows of which each is made of one token. */
  public Prompt(NDArray embeddings, int[] positions, int[] patches, int nextPosition) {
    this(embeddings, positions, patches, ones(patches.length), nextPosition);
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * The prompt with an answer after it, for models that number text one by one.
   *
   * @param answer [n, D], word embeddings
   */
  public Prompt followedBy(NDArray answer) {
    int more = (int) answer.getShape().get(0);
    int all = length() + more;
    int[] places = Arrays.copyOf(positions, all);
    int[] shows = Arrays.copyOf(patches, all);
    int[] madeOf = Arrays.copyOf(members, all);
    for (int i = 0; i < more; i++) {
      places[length() + i] = nextPosition + i;
      shows[length() + i] = TEXT;
      madeOf[length() + i] = 1;
    }
    return new Prompt(embeddings.concat(answer, 0), places, shows, madeOf, nextPosition + more);
  }

  public int length() {
    return positions.length;
  }
}
