package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ModelIdentity;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers questions about decoded images: stages 3 to 7 of a question's way. */
public interface InferenceEngine extends AutoCloseable {

  /**
   * Queues a question.
   *
   * @return the answer, or a {@link io.cropvqa.domain.QuestionFailure}: the question's own fault,
   *     {@code internal} for a fault of ours that only this question brings out, {@code
   *     unavailable} while no worker is up
   */
  CompletionStage<Answer> submit(InferenceRequest request);

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
