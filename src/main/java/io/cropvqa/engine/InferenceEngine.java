package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers questions about decoded images: stages 3 to 7 of a question's way. */
public interface InferenceEngine extends AutoCloseable {

  /**
   * Queues a question.
   *
   * @return the answer, or a {@link QuestionFailure}: the question's own fault, {@code internal}
   *     for a fault of ours that only this question brings out, {@code unavailable} while no worker
   *     is up
   */
  CompletionStage<Answer> submit(InferenceRequest request);

  /**
   * Queues a question only to find where it looks: all that an engine does that stands before
   * another one, and nothing that the others do.
   *
   * @return the region, or a {@link QuestionFailure} as from {@link #submit}
   */
  default CompletionStage<Localized> locate(InferenceRequest request) {
    return CompletableFuture.failedStage(
        new QuestionFailure(
            FailureCode.UNAVAILABLE,
            Stage.QUEUE,
            "this service answers questions and hands no regions on"));
  }

  ModelIdentity model();

  /**
   * Completes once the first worker has its models; fails with the reason, an {@link
   * IllegalArgumentException}, if they can't be used as configured.
   */
  default CompletionStage<Void> loaded() {
    return CompletableFuture.completedStage(null);
  }

  /** How each worker is doing, one entry a worker. */
  List<WorkerStatus> workers();

  /** Whether at least one worker takes questions. */
  default boolean isReady() {
    return workers().stream().anyMatch(worker -> worker.state().takesQuestions());
  }

  /** Refuses new questions, finishes the running ones, frees the devices. */
  @Override
  void close();
}
