package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What is asked, for methods that read it. Nothing is computed until it is asked for. */
public interface QuestionWords {

  /**
   * Word embeddings of the question's tokens, without those of the chat template.
   *
   * @param scope owns the result
   * @return [words, D]; words may be 0
   */
  NDArray embeddings(NDManager scope);
}
