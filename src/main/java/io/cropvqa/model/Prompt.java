package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.Positions;
import java.util.Arrays;
import java.util.List;

/**
 * A question as the decoder reads it: text and visual tokens in one row of embeddings.
 *
 * @param embeddings [T, D]
 * @param positions of each row; dropped visual tokens leave gaps, so that what is kept stays where
 *     it was
 * @param patches for each row the patch it shows, as its place among those of all images, {@link
 *     #TEXT}, or {@link #rowEnd}
 * @param members for each row how many of the encoder's tokens it is made of; 1 for text
 * @param nextPosition position id of the first generated token: that of the unpruned prompt
 * @param unprunedLength rows that it would have with all visual tokens
 */
public record Prompt(
    NDArray embeddings,
    Positions positions,
    int[] patches,
    int[] members,
    int nextPosition,
    int unprunedLength) {
  /** Marks a row of text. */
  public static final int TEXT = -1;

  public Prompt {
    long rows = embeddings.getShape().get(0);
    if (rows != positions.count() || rows != patches.length || rows != members.length) {
      throw new IllegalArgumentException(
          "%d rows need as many positions (%d), patches (%d) and members (%d)"
              .formatted(rows, positions.count(), patches.length, members.length));
    }
  }

  /** Rows of which each is made of one token, none dropped. */
  public Prompt(NDArray embeddings, Positions positions, int[] patches, int nextPosition) {
    this(embeddings, positions, patches, ones(patches.length), nextPosition, patches.length);
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Marks the token after a row of patches, which shows nothing itself.
   *
   * @param place where it stands among the images' tokens
   */
  static int rowEnd(int place) {
    return TEXT - 1 - place;
  }

  /** The place of what {@link #rowEnd} marks; negative for patches and text. */
  static int placeOfRowEnd(int patch) {
    return TEXT - 1 - patch;
  }

  /**
   * The prompt with an answer after it.
   *
   * @param answer [n, D], word embeddings
   */
  public Prompt followedBy(NDArray answer) {
    int more = (int) answer.getShape().get(0);
    int all = length() + more;
    int[] shows = Arrays.copyOf(patches, all);
    int[] madeOf = Arrays.copyOf(members, all);
    Arrays.fill(shows, length(), all, TEXT);
    Arrays.fill(madeOf, length(), all, 1);
    return new Prompt(
        embeddings.concat(answer, 0),
        Positions.joined(List.of(positions, Positions.text(positions.axes(), nextPosition, more))),
        shows,
        madeOf,
        nextPosition + more,
        unprunedLength + more);
  }

  public int length() {
    return patches.length;
  }
}
