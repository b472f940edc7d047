package io.cropvqa.model.smolvlm;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.TorchOps;

/**
 * Puts the vectors of a block of patches side by side, so that there are fewer and longer ones.
 * Source: transformers, {@code Idefics3Connector.pixel_shuffle}.
 *
 * @param patches along each side of a picture
 * @param scale patches along each side of a block; divides them
 */
record PixelShuffle(int patches, int scale) {

  /** Blocks along each side. */
  int side() {
    return patches / scale;
  }

  /** Patches of a block. */
  int members() {
    return scale * scale;
  }

  /** The patches of each block, row by row, one block after another. */
  long[] index() {
    long[] index = new long[patches * patches];
    for (int i = 0; i < index.length; i++) {
      int block = i / members();
      int member = i % members();
      long row = (long) block / side() * scale + member / scale;
      index[i] = row * patches + (long) block % side() * scale + member % scale;
    }
    return index;
  }

  /** [T, D] to [T / members, members * D]. */
  NDArray forward(NDArray hidden) {
    NDArray ordered = TorchOps.rows(hidden.getManager().create(index()), hidden);
    return ordered.reshape((long) side() * side(), -1);
  }
}
