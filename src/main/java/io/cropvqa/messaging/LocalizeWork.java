package io.cropvqa.messaging;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.pipeline.AnswerPipeline;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The first stage: a question goes on with its region. One whose region nobody needs to find goes
 * on at once, its picture unseen.
 */
record LocalizeWork(AnswerPipeline pipeline) implements StageWork {
  @Override
  public Uni<OutgoingRecord> done(
      ImageQuestion asked, QuestionRecord question, Predicate<QuestionFailure> goOnWaiting) {
    return pipeline.looksForRegion(asked)
        ? pipeline
            .locate(asked, goOnWaiting)
            .map(found -> LocalizedRecord.of(question, Optional.of(found)))
        : Uni.createFrom().item(LocalizedRecord.of(question, Optional.empty()));
  }
}
