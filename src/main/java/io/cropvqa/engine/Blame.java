package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.UnusableInputException;
import java.util.function.Supplier;

/** What a model can't take is the question's fault, or its image's. */
final class Blame {
  private Blame() {}

  /**
   * @throws QuestionFailure with this code and stage, if the step finds its input unusable
   */
  static <T> T with(FailureCode code, Stage stage, Supplier<T> step) {
    try {
      return step.get();
    } catch (UnusableInputException e) {
      throw new QuestionFailure(code, stage, e.getMessage(), e);
    }
  }
}
