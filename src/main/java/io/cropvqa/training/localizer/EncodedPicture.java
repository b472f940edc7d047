package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;

/**
 * A picture as the frozen model sees it, and what is asked about it.
 *
 * @param tokens [N, D] in float16, each brought to root-mean-square 1: the network's first
 *     normalization does away with lengths anyway, and no model's outliers then overflow
 * @param layout where the tokens come from
 * @param patches for each token its patch
 * @param questions at least one
 */
record EncodedPicture(
    NDArray tokens, VisualLayout layout, int[] patches, List<Question> questions) {

  /**
   * A question about the picture.
   *
   * @param words token ids, at least one
   * @param region where its answer is
   */
  record Question(int[] words, String type, ContextualRegion region) {}

  /**
   * @param memory owns the tokens
   */
  static EncodedPicture of(VisualTokens tokens, List<Question> questions, NDManager memory) {
    NDArray meanSquare = tokens.embeddings().square().mean(new int[] {-1}, true).add(1e-12f);
    NDArray halved = tokens.embeddings().div(meanSquare.sqrt()).toType(DataType.FLOAT16, false);
    halved.attach(memory);
    return new EncodedPicture(halved, tokens.layout(), tokens.patches(), questions);
  }

  long bytes() {
    return tokens.size() * DataType.FLOAT16.getNumOfBytes();
  }

  /** N. */
  int tokenCount() {
    return patches.length;
  }
}
