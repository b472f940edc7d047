package io.cropvqa.pipeline;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.Localized;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Takes a question all the way to its answer: fetch, decode, infer. Or, where another service
 * answers, to its region: fetch, decode, locate.
 */
public final class AnswerPipeline {
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration FIRST_OFFER = Duration.ofMillis(100);
  private static final Duration LAST_OFFER = Duration.ofSeconds(5);

  private final ImageFetcher fetcher;
  private final ImageDecoder decoder;
  private final PictureMemory memory;
  private final InferenceEngine engine;
  private final Predicate<ImageQuestion> looksForRegion;
  private final Executor imageThreads;
  private final int fetchRetries;
  private final RequestListener listener;

  /**
   * @param memory which decoded pictures share
   * @param looksForRegion whether a question's region has to be found
   * @param imageThreads where images are fetched and decoded, so that neither blocks an event loop
   *     or a worker
   * @param fetchRetries times a fetch that failed for a passing reason is tried again
   */
  public AnswerPipeline(
      ImageFetcher fetcher,
      ImageDecoder decoder,
      PictureMemory memory,
      InferenceEngine engine,
      Predicate<ImageQuestion> looksForRegion,
      Executor imageThreads,
      int fetchRetries,
      RequestListener listener) {
    this.fetcher = fetcher;
    this.decoder = decoder;
    this.memory = memory;
    this.engine = engine;
    this.looksForRegion = looksForRegion;
    this.imageThreads = imageThreads;
    this.fetchRetries = fetchRetries;
    this.listener = listener;
  }

  /** The answer, or a {@link QuestionFailure}; nothing runs before somebody subscribes. */
  public Uni<Answer> answer(ImageQuestion question) {
    return answer(question, refusal -> false);
  }

  /**
   * Like {@link #answer(ImageQuestion)}, but a question that the engine can't take for now waits
   * with its decoded image and is offered again.
   *
   * @param goOnWaiting asked after each refusal; false gives up
   */
  public Uni<Answer> answer(ImageQuestion question, Predicate<QuestionFailure> goOnWaiting) {
    return through(engine::submit, question, goOnWaiting).invoke(listener::answered);
  }

  /** Whether a question's region has to be found: its method uses one, and it brings none. */
  public boolean looksForRegion(ImageQuestion question) {
    return looksForRegion.test(question);
  }

  /** Where a question looks, for another service to answer it; otherwise like an answer. */
  public Uni<Localized> locate(ImageQuestion question, Predicate<QuestionFailure> goOnWaiting) {
    return through(engine::locate, question, goOnWaiting).invoke(listener::localized);
  }

  /** What the engine does with a question and its picture. */
  private interface Work<R> {
    CompletionStage<R> begin(InferenceRequest request);
  }

  private <R> Uni<R> through(
      Work<R> work, ImageQuestion question, Predicate<QuestionFailure> goOnWaiting) {
    return Uni.createFrom()
        .deferred(() -> through(work, question, goOnWaiting, new StageClock()))
        .onFailure()
        .transform(AnswerPipeline::asQuestionFailure)
        .onFailure(QuestionFailure.class)
        .invoke(failure -> report((QuestionFailure) failure));
  }

  private <R> Uni<R> through(
      Work<R> work,
      ImageQuestion question,
      Predicate<QuestionFailure> goOnWaiting,
      StageClock clock) {
    requireTime(question, "before the question came");
    return fetchAll(question.images())
        .invoke(() -> clock.finish(Stage.FETCH))
        .map(encoded -> encoded.stream().map(decoder::picture).toList())
        .invoke(AnswerPipeline::decodingBytes) // fails if that can't be told
        .chain(
            pictures ->
                memory.with(
                    () -> decodingBytes(pictures),
                    imageThreads,
                    room -> {
                      clock.finish(Stage.QUEUE);
                      List<RgbImage> images =
                          room.fill(() -> each(pictures, ImageDecoder.Picture::decode));
                      clock.finish(Stage.DECODE);
                      return offer(
                          work, new InferenceRequest(question, images, clock), goOnWaiting);
                    }));
  }

  private static long decodingBytes(List<ImageDecoder.Picture> pictures) {
    return each(pictures, ImageDecoder.Picture::decodingBytes).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void requireTime(ImageQuestion question, String when) {
    if (question.options().deadline().filter(Instant.now()::isAfter).isPresent()) {
      throw new QuestionFailure(
          FailureCode.DEADLINE_EXCEEDED, null, "options.deadline passed " + when);
    }
  }

  /** The same for each of a question's images; a failure of one of several says of which. */
  private static <T, R> List<R> each(List<T> images, Function<T, R> step) {
    List<R> results = new ArrayList<>();
    for (T image : images) {
      try {
        results.add(step.apply(image));
      } catch (QuestionFailure e) {
        throw ofImage(results.size(), images, e);
      }
    }
    return results;
  }

  private static QuestionFailure ofImage(int number, List<?> images, QuestionFailure failure) {
    return images.size() > 1 ? failure.ofImage(number) : failure;
  }

  private Uni<List<byte[]>> fetchAll(List<ImageRef> images) {
    List<Uni<byte[]>> all =
        IntStream.range(0, images.size())
            .mapToObj(
                i ->
                    fetch(images.get(i))
                        .onFailure(QuestionFailure.class)
                        .transform(failure -> ofImage(i, images, (QuestionFailure) failure)))
            .toList();
    return Uni.join().all(all).andFailFast();
  }

  private Uni<byte[]> fetch(ImageRef image) {
    AtomicBoolean again = new AtomicBoolean();
    return Uni.createFrom()
        .item(() -> fetch(image, again.getAndSet(true)))
        .runSubscriptionOn(imageThreads)
        .onFailure(AnswerPipeline::isTransient)
        .retry()
        .withBackOff(FIRST_RETRY)
        .withJitter(0.5)
        .atMost(fetchRetries)
        .onFailure(AnswerPipeline::isTransient)
        .transform(AnswerPipeline::exhausted);
  }

  private byte[] fetch(ImageRef image, boolean again) {
    if (again) {
      listener.retried(Stage.FETCH);
    }
    return fetcher.fetch(image);
  }

  private <R> Uni<R> offer(
      Work<R> work, InferenceRequest request, Predicate<QuestionFailure> goOnWaiting) {
    return Uni.createFrom()
        .completionStage(
            () -> {
              requireTime(request.question(), "before the engine could take the question");
              return work.begin(request);
            })
        .onFailure(AnswerPipeline::isSystemic)
        .retry()
        .withBackOff(FIRST_OFFER, LAST_OFFER)
        .until(refusal -> isSystemic(refusal) && goOnWaiting.test((QuestionFailure) refusal));
  }

  /** A question that only waits for the engine hasn't failed: it is asked again. */
  private void report(QuestionFailure failure) {
    if (!isSystemic(failure)) {
      listener.failed(failure);
    }
  }

  private static boolean isSystemic(Throwable failure) {
    return failure instanceof QuestionFailure known
        && known.code().kind() == FailureCode.Kind.SYSTEMIC;
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
