package io.cropvqa.training.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;

/**
 * A picture as the frozen model sees it, and what is asked about it.
 *
 * @param tokens all of its visual tokens
 * @param questions at least one
 */
record PlcPicture(VisualTokens tokens, List<Question> questions) {

  /**
   * A question about the picture.
   *
   * @param answer token ids that shall be said, the end token among them; at least one
   * @param region where it looks
   */
  record Question(String text, int[] answer, ContextualRegion region) {}

  /**
   * @param memory owns a copy of the tokens
   */
  static PlcPicture of(VisualTokens tokens, List<Question> questions, NDManager memory) {
    return new PlcPicture(copy(tokens, memory), questions);
  }

  /** The tokens, what is made of them owned by a scope. */
  VisualTokens tokens(NDManager scope) {
    return copy(tokens, scope);
  }

  private static VisualTokens copy(VisualTokens tokens, NDManager owner) {
    NDArray embeddings = tokens.embeddings().duplicate();
    embeddings.attach(owner);
    return new VisualTokens(embeddings, tokens.patches(), tokens.layout());
  }

  long bytes() {
    return tokens.embeddings().size() * Float.BYTES;
  }
}
