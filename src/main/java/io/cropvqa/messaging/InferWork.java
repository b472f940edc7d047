package io.cropvqa.messaging;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.pipeline.AnswerPipeline;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The second stage: a question that comes with its region becomes its answer. */
record InferWork(AnswerPipeline pipeline) implements StageWork {
  @Override
  public QuestionRecord received(Message<byte[]> message) {
    return QuestionRecord.handedOver(message);
  }

  @Override
  public ImageQuestion complete(ImageQuestion asked, QuestionRecord question) {
    Optional<Localized> found = question.handover().localized();
    if (found.isEmpty() && pipeline.looksForRegion(asked)) {
      throw Handover.malformed(Handover.REGION, "is missing, and the question needs one", null);
    }
    return found.map(Localized::region).map(asked::lookingAt).orElse(asked);
  }

  @Override
  public Uni<OutgoingRecord> done(
      ImageQuestion asked, QuestionRecord question, Predicate<QuestionFailure> goOnWaiting) {
    Optional<Localized> found = question.handover().localized();
    return pipeline
        .answer(asked, goOnWaiting)
        .map(answer -> found.map(Localized::timings).map(answer::after).orElse(answer))
        .map(answer -> AnswerRecord.of(question, answer));
  }
}
