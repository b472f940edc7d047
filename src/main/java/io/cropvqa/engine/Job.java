package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** A question in the engine and the answer that somebody waits for. */
record Job<R>(InferenceRequest request, CompletableFuture<R> answer) {

  Job(InferenceRequest request) {
    this(request, new CompletableFuture<>());
  }

  /** Whether something failed that it was part of, so that it runs alone. */
  boolean isSuspect() {
    return request.attempts().isSuspect();
  }

  void fail(FailureCode code, String message, Throwable cause) {
    answer.completeExceptionally(new QuestionFailure(code, Stage.QUEUE, message, cause));
  }

  /** Fails if {@code options.deadline} has passed. */
  void failIfLate() {
    if (request.question().options().deadline().filter(Instant.now()::isAfter).isPresent()) {
      fail(FailureCode.DEADLINE_EXCEEDED, "options.deadline passed in the queue", null);
    }
  }

  /** Whether nobody waits for the answer any more: it was given up, or has failed. */
  boolean isAbandoned() {
    return answer.isDone();
  }
}
