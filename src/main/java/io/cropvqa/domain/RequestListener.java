package io.cropvqa.domain;

import java.time.Duration;

/**
 * Told what happens to questions; metrics listen. Called on the thread where it happens, so it must
 * be quick.
 */
public interface RequestListener {
  RequestListener NONE = new RequestListener() {};

  /** An engine request began to wait for a worker. */
  default void queued() {}

  /** An engine request left the queue and runs. */
  default void started() {}

  /** An engine request that had started ended, with or without an answer. */
  default void finished() {}

  default void answered(Answer answer) {}

  /** A question's region was found, for another service to answer it. */
  default void localized(Localized localized) {}

  default void failed(QuestionFailure failure) {}

  /** The broker has confirmed a question's dead letter. */
  default void deadLettered(QuestionFailure failure) {}

  /**
   * A question from the broker is done with: answered or dead-lettered, and confirmed.
   *
   * @param age time since its record was written
   */
  default void settled(Duration age) {}

  /** A step that failed for a passing reason is about to be tried again. */
  default void retried(Stage stage) {}

  /** An image was looked up among those already decoded. */
  default void imageCache(boolean hit) {}

  /** A picture was looked up among those whose visual tokens are remembered. */
  default void featureCache(boolean hit) {}

  /** A question's region was looked up among those remembered. */
  default void regionCache(boolean hit) {}

  /** So many questions went through the decoder in one step. */
  default void batch(int questions) {}

  /** A worker has its model ready. */
  default void modelLoaded(Duration took) {}
}
