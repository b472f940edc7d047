package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.TorchOps;
import java.util.stream.IntStream;

/**
 * An image as the language model reads it.
 *
 * @param embeddings [N, D], projected into the space of the word embeddings
 * @param patches for each token the patch whose place it takes, ascending
 * @param grid the grid that the patches belong to
 */
public record VisualTokens(NDArray embeddings, int[] patches, PatchGrid grid) {

  public VisualTokens {
    if (embeddings.getShape().get(0) != patches.length) {
      throw new IllegalArgumentException(
          "%s embeddings need as many patches, got %d"
              .formatted(embeddings.getShape(), patches.length));
    }
  }

  /** One token for each patch of the grid. */
  public static VisualTokens all(NDArray embeddings, PatchGrid grid) {
    return new VisualTokens(embeddings, IntStream.range(0, grid.size()).toArray(), grid);
  }

  public int count() {
    return patches.length;
  }

  /**
   * One token for each group, the mean of its members; a group of one is its member, bit by bit.
   */
  public VisualTokens merge(TokenGroups groups) {
    int[] kept = groups.anchors();
    int[] places = IntStream.of(kept).map(token -> patches[token]).toArray();
    NDArray merged = groups.areSingletons() ? pick(kept) : average(groups);
    return new VisualTokens(merged, places, grid);
  }

  private NDArray pick(int[] tokens) {
    long[] index = IntStream.of(tokens).asLongStream().toArray();
    return TorchOps.rows(embeddings.getManager().create(index), embeddings);
  }

  private NDArray average(TokenGroups groups) {
    float[] share = new float[groups.count() * count()]; // [groups, N]
    for (int group = 0; group < groups.count(); group++) {
      int[] members = groups.members(group);
      for (int member : members) {
        share[group * count() + member] = 1f / members.length;
      }
    }
    return embeddings
        .getManager()
        .create(share, new Shape(groups.count(), count()))
        .matMul(embeddings);
  }
}
