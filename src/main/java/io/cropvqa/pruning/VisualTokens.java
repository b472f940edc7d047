package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.Optional;

/**
 * An image as the language model reads it.
 *
 * @param embeddings [N, D], projected into the space of the word embeddings
 * @param patches for each token the place it takes, ascending
 * @param members for each token how many of the encoder's tokens it is made of
 * @param layout what the patches are places in
 * @param encoder where the embeddings come from, if the model tells; merged tokens forget it
 */
public record VisualTokens(
    NDArray embeddings,
    int[] patches,
    int[] members,
    VisualLayout layout,
    Optional<EncoderView> encoder) {

  public VisualTokens {
    long tokens = embeddings.getShape().get(0);
    if (tokens != patches.length || tokens != members.length) {
      throw new IllegalArgumentException(
          "%s embeddings need as many patches and members, got %d and %d"
              .formatted(embeddings.getShape(), patches.length, members.length));
    }
  }

  /** Tokens that stand for nothing but themselves. */
  public VisualTokens(NDArray embeddings, int[] patches, VisualLayout layout) {
    this(embeddings, patches, ones(patches.length), layout, Optional.empty());
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** One token for each patch of the layout. */
  public static VisualTokens all(NDArray embeddings, VisualLayout layout) {
    return new VisualTokens(embeddings, layout.patches(), layout);
  }

  /** The same tokens with a view of the encoder that they come from. */
  public VisualTokens from(Optional<EncoderView> view) {
    return new VisualTokens(embeddings, patches, members, layout, view);
  }

  /** The same tokens with other embeddings, [N, D]. */
  public VisualTokens with(NDArray others) {
    return new VisualTokens(others, patches, members, layout, encoder);
  }

  /**
   * The same tokens under another owner: what is made of them belongs to its scope, while the
   * numbers themselves are shared and must not be changed. The encoder's view stays behind.
   *
   * @param scope owns the view
   */
  public VisualTokens in(NDManager scope) {
    return new VisualTokens(
        TorchOps.view(embeddings, scope), patches, members, layout, Optional.empty());
  }

  /** Bytes that the embeddings take on the device. */
  public long bytes() {
    return embeddings.size() * embeddings.getDataType().getNumOfBytes();
  }

  public int count() {
    return patches.length;
  }

  /**
   * One token for each group, the mean of its members; a group of one is its member, bit by bit.
   */
  public VisualTokens merge(TokenGroups groups) {
    return new VisualTokens(
        groups.mean(embeddings, embeddings.getManager()),
        groups.pick(patches),
        groups.sum(members),
        layout,
        Optional.empty());
  }
}
