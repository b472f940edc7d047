package io.cropvqa.messaging;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.smallrye.mutiny.Uni;
import java.util.function.Predicate;
import org.eclipse.microprofile.reactive.messaging.Message;

/** What is done to a question, by the stages that {@code crop.stages} names. */
interface StageWork {

  /** A question as it was read from this stage's topic. */
  default QuestionRecord received(Message<byte[]> message) {
    return QuestionRecord.of(message);
  }

  /**
   * The question with what is known of it beside its event.
   *
   * @throws QuestionFailure if that can't be understood
   */
  default ImageQuestion complete(ImageQuestion asked, QuestionRecord question) {
    return asked;
  }

  /**
   * The record to publish, or a {@link QuestionFailure}.
   *
   * @param goOnWaiting asked each time that the engine can't take the question; false gives up
   */
  Uni<OutgoingRecord> done(
      ImageQuestion asked, QuestionRecord question, Predicate<QuestionFailure> goOnWaiting);
}
