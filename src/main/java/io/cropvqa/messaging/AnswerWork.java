package io.cropvqa.messaging;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.pipeline.AnswerPipeline;
import io.smallrye.mutiny.Uni;
import java.util.function.Predicate;

/** Both stages: a question becomes its answer. */
record AnswerWork(AnswerPipeline pipeline) implements StageWork {
  @Override
  public Uni<OutgoingRecord> done(
      ImageQuestion asked, QuestionRecord question, Predicate<QuestionFailure> goOnWaiting) {
    return pipeline.answer(asked, goOnWaiting).map(answer -> AnswerRecord.of(question, answer));
  }
}
