package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** A question in the queue and the answer that somebody waits for. */
record Job(InferenceRequest request, CompletableFuture<Answer> answer) {

  void fail(FailureCode code, String message, Throwable cause) {
    answer.completeExceptionally(new QuestionFailure(code, Stage.QUEUE, message, cause));
  }

  boolean isLate() {
    return request.question().options().deadline().map(Instant.now()::isAfter).orElse(false);
  }
}
