package io.cropvqa.pipeline;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.image.ImageFetcher;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Takes a question all the way to its answer: fetch, decode, infer. */
public final class AnswerPipeline {
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);

  private final ImageFetcher fetcher;
  private final ImageDecoder decoder;
  private final InferenceEngine engine;
  private final Executor imageThreads;
  private final int fetchRetries;
  private final RequestListener listener;

  /**
   * @param imageThreads where images are fetched and decoded, so that neither blocks an event loop
   *     or a worker
   * @param fetchRetries times a fetch that failed for a passing reason is tried again
   */
  public AnswerPipeline(
      ImageFetcher fetcher,
      ImageDecoder decoder,
      InferenceEngine engine,
      Executor imageThreads,
      int fetchRetries,
      RequestListener listener) {
    this.fetcher = fetcher;
    this.decoder = decoder;
    this.engine = engine;
    this.imageThreads = imageThreads;
    this.fetchRetries = fetchRetries;
    this.listener = listener;
  }

  /** The answer, or a {@link QuestionFailure}; nothing runs before somebody subscribes. */
  public Uni<Answer> answer(ImageQuestion question) {
    return Uni.createFrom()
        .deferred(() -> answer(question, new StageClock()))
        .onFailure()
        .transform(AnswerPipeline::asQuestionFailure)
        .invoke(listener::answered)
        .onFailure(QuestionFailure.class)
        .invoke(failure -> report((QuestionFailure) failure));
  }

  private Uni<Answer> answer(ImageQuestion question, StageClock clock) {
    return fetch(question)
        .invoke(() -> clock.finish(Stage.FETCH))
        .map(decoder::decode)
        .invoke(() -> clock.finish(Stage.DECODE))
        .chain(image -> infer(question, image, clock));
  }

  private Uni<byte[]> fetch(ImageQuestion question) {
    AtomicBoolean again = new AtomicBoolean();
    return Uni.createFrom()
        .item(() -> fetch(question, again.getAndSet(true)))
        .runSubscriptionOn(imageThreads)
        .onFailure(AnswerPipeline::isTransient)
        .retry()
        .withBackOff(FIRST_RETRY)
        .withJitter(0.5)
        .atMost(fetchRetries)
        .onFailure(AnswerPipeline::isTransient)
        .transform(AnswerPipeline::exhausted);
  }

  private byte[] fetch(ImageQuestion question, boolean again) {
    if (again) {
      listener.retried(Stage.FETCH);
    }
    return fetcher.fetch(question.image());
  }

  private Uni<Answer> infer(ImageQuestion question, RgbImage image, StageClock clock) {
    return Uni.createFrom()
        .completionStage(() -> engine.submit(new InferenceRequest(question, image, clock)));
  }

  /** A question that only waits for the engine hasn't failed: it is asked again. */
  private void report(QuestionFailure failure) {
    if (failure.code().kind() != FailureCode.Kind.SYSTEMIC) {
      listener.failed(failure);
    }
  }

  private static boolean isTransient(Throwable failure) {
    return failure instanceof QuestionFailure known
        && known.code().kind() == FailureCode.Kind.TRANSIENT;
  }

  private static QuestionFailure exhausted(Throwable failure) {
    return new QuestionFailure(
        FailureCode.TRANSIENT_EXHAUSTED, Stage.FETCH, failure.getMessage(), failure);
  }

  private static QuestionFailure asQuestionFailure(Throwable failure) {
    return failure instanceof QuestionFailure known
        ? known
        : new QuestionFailure(
            FailureCode.INTERNAL, null, "unexpected: " + failure.getClass().getName(), failure);
  }
}
