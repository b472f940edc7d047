package io.cropvqa.messaging;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.TokenUsage;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Echoes questions. A question that begins with {@code fail:} fails with the code it names, one
 * that begins with {@code throw} brings out a bug, one that begins with {@code hold} is answered
 * when told to.
 */
@Alternative
@Singleton
public class FakeEngine implements InferenceEngine {
  static final String REVISION = "fake-revision";
  static final LocatedRegion REGION =
      new LocatedRegion(new ContextualRegion(2, 1, 4, 3), LocatedRegion.Source.LOCALIZER, 0.4375);

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private final AtomicInteger submitted = new AtomicInteger();
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private volatile Duration delay = Duration.ZERO;
  private final AtomicReference<CompletableFuture<Void>> held =
      new AtomicReference<>(new CompletableFuture<>());
  private final Queue<String> begun = new ConcurrentLinkedQueue<>();
  private volatile boolean random;
  private volatile boolean up = true;

  /** Of this service: threads that outlive it would load classes of one that has stopped. */
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);

  void takes(Duration time) {
    delay = time;
    random = false;
  }

  /** Each question takes another time, up to this. */
  void takesUpTo(Duration longest) {
    delay = longest;
    random = true;
  }

  /** Answers what is held. */
  void release() {
    held.getAndSet(new CompletableFuture<>()).complete(null);
  }

  /** Questions in the order in which they began. */
  List<String> begun() {
    return List.copyOf(begun);
  }

  void goDown() {
    up = false;
  }

  void comeUp() {
    up = true;
  }

  int submitted() {
    return submitted.get();
  }

  /** Ids of the questions answered so far, in order. */
  List<String> answered() {
    return List.copyOf(answered);
  }

  int mostRunning() {
    return mostRunning.get();
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    return take(request, this::answer);
  }

  /** Every question looks at one region. */
  @Override
  public CompletionStage<Localized> locate(InferenceRequest request) {
    return take(
        request,
        asked -> {
          script(asked.question().question());
          asked.clock().finish(Stage.LOCALIZE);
          return new Localized(REGION, asked.clock().stop());
        });
  }

  private <R> CompletionStage<R> take(
      InferenceRequest request, Function<InferenceRequest, R> work) {
    submitted.incrementAndGet();
    if (!up) {
      return CompletableFuture.failedFuture(
          new QuestionFailure(FailureCode.UNAVAILABLE, null, "no worker is up"));
    }
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    begun.add(request.question().id());
    return ready(request)
        .thenApplyAsync(go -> work.apply(request), threads)
        .whenComplete((answer, failure) -> running.decrementAndGet());
  }

  private CompletableFuture<Void> ready(InferenceRequest request) {
    if (request.question().question().startsWith("hold")) {
      return held.get();
    }
    long millis = delay.toMillis();
    CompletableFuture<Void> ready = new CompletableFuture<>();
    threads.schedule(
        () -> ready.complete(null),
        random ? ThreadLocalRandom.current().nextLong(millis + 1) : millis,
        TimeUnit.MILLISECONDS);
    return ready;
  }

  private static void script(String question) {
    if (question.startsWith("throw")) {
      throw new IllegalStateException("a bug");
    }
    if (question.startsWith("fail:")) {
      throw new QuestionFailure(
          FailureCode.valueOf(question.substring("fail:".length())), Stage.PREFILL, "told to");
    }
  }

  private Answer answer(InferenceRequest request) {
    String question = request.question().question();
    script(question);
    answered.add(request.question().id());
    return new Answer(
        request.question().id(),
        "echo " + question,
        List.of(1, 2),
        FinishReason.STOP,
        new ModelIdentity("fake", REVISION, "cpu"),
        List.of(request.question().located().orElseGet(LocatedRegion::wholeImage)),
        new PruningStatistics(
            new PruningPlan("crop", request.question().options().visualTokens().orElse(16)),
            64,
            16,
            List.of(16, 16),
            List.of(),
            1,
            4,
            1,
            4),
        new TokenUsage(20, 2),
        request.clock().stop());
  }

  @Override
  public ModelIdentity model() {
    return new ModelIdentity("fake", REVISION, "cpu");
  }

  @Override
  public List<WorkerStatus> workers() {
    return List.of(
        new WorkerStatus("cpu", up ? WorkerState.READY : WorkerState.FAILED, 0, 0, 0, 1));
  }

  @Override
  @PreDestroy
  public void close() {
    threads.shutdownNow();
  }
}
