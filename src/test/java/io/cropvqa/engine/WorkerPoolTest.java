package io.cropvqa.engine;

import static io.cropvqa.engine.ScriptedAnswering.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of questions, whatever their answering does. */
@Timeout(30)
class WorkerPoolTest {
  private static final Duration RELOAD_DELAY = Duration.ofMillis(20);

  private final CountingListener listener = new CountingListener();
  private final List<ScriptedAnswering> loaded = new CopyOnWriteArrayList<>();
  private final List<String> answered = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch stepping = new CountDownLatch(1);
  private final CountDownLatch endOfStep = new CountDownLatch(1);
  private volatile boolean deviceDown;
  private AnsweringPool pool;

  @AfterEach
  void everyQuestionThatWaitedOrRanIsAccountedFor() {
    endOfStep.countDown();
    release.countDown();
    pool.close();
    assertThat(listener.waiting()).as("waiting").isZero();
    assertThat(listener.running()).as("running").isZero();
    assertThat(listener.lowest()).as("lowest gauge").isZero();
    assertThat(loaded).as("models").allMatch(ScriptedAnswering::isClosed);
    assertThat(pool.workers()).allMatch(worker -> worker.state() == WorkerState.STOPPED);
  }

  private AnsweringPool pool(int capacity, String... devices) {
    return pool(limits(capacity), devices);
  }

  private AnsweringPool pool(EngineLimits limits, String... devices) {
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of(devices),
            device -> load(),
            limits,
            listener,
            RELOAD_DELAY);
    return pool;
  }

  private static EngineLimits limits(int queueCapacity) {
    return new EngineLimits(queueCapacity, 4, 100, 1);
  }

  private Answering<Answer> load() {
    ScriptedAnswering answering =
        new ScriptedAnswering(this::script, this::probe, this::scriptStep);
    loaded.add(answering);
    return answering;
  }

  /** "block" waits to be released, "fail" and "break" throw, the latter for ever after. */
  private void script(String question) {
    if (question.equals("block")) {
      busy.countDown();
      waitFor(release);
    }
    if (question.equals("refuse")) {
      throw new QuestionFailure(FailureCode.QUESTION_TOO_LONG, null, "too long");
    }
    if (question.equals("fail")) {
      throw new IllegalStateException("unforeseen");
    }
    if (question.equals("break")) {
      deviceDown = true;
      throw new OutOfMemoryError("device lost");
    }
    answered.add(question);
  }

  /** A step with "step" in it waits for its end. */
  private void scriptStep(List<String> drafts) {
    if (drafts.contains("step")) {
      stepping.countDown();
      waitFor(endOfStep);
    }
  }

  private void probe() {
    if (deviceDown) {
      throw new IllegalStateException("device is down");
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static FailureCode codeOf(CompletionStage<Answer> stage) {
    Throwable failure = catchThrowable(() -> answer(stage));
    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(QuestionFailure.class);
    return ((QuestionFailure) failure.getCause()).code();
  }

  private static Answer answer(CompletionStage<Answer> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void questionsAreAnswered() throws Exception {
    pool(2, "cpu");
    assertThat(answer(pool.submit(request("who?"))).text()).isEqualTo("who?");
    pool.loaded().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(pool.isReady()).isTrue();
    assertThat(pool.model()).isEqualTo(ScriptedAnswering.MODEL);
    assertThat(pool.workers()).hasSize(1).allMatch(worker -> worker.memoryUsedBytes() == 1_000);
    assertThat(listener.loads()).isEqualTo(1);
  }

  /** While the decoder runs one of two threads prepares; while it rests, both do. */
  @Test
  void theLastThreadThatPreparesLeavesItsCoreToTheDecoder() throws Exception {
    pool(new EngineLimits(4, 4, 100, 2), "cpu");
    CompletionStage<Answer> inDecoder = pool.submit(request("step"));
    stepping.await();
    nothingElseIsPrepared(); // and whoever must not begin a question waits for none
    pool.submit(request("block"));
    busy.await();
    CompletionStage<Answer> next = pool.submit(request("next"));
    nothingElseIsPrepared();
    endOfStep.countDown();
    answer(inDecoder);
    answer(next);
    assertThat(answered).as("while one is still blocked").containsExactly("step", "next");
  }

  private void nothingElseIsPrepared() {
    await()
        .during(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(answered).containsExactly("step"));
  }

  /** The decoder of a GPU takes no core from them. */
  @Test
  void allPrepareBesideADecoderThatRunsElsewhere() throws Exception {
    pool(new EngineLimits(4, 4, 100, 2), "gpu:0");
    pool.submit(request("step"));
    stepping.await();
    nothingElseIsPrepared();
    pool.submit(request("block"));
    busy.await();
    pool.submit(request("next"));
    await().untilAsserted(() -> assertThat(answered).containsExactly("step", "next"));
  }

  @Test
  void fullQueueRefusesAndCountsNothing() throws Exception {
    pool(2, "cpu");
    CompletionStage<Answer> running = pool.submit(request("block"));
    busy.await();
    CompletionStage<Answer> first = pool.submit(request("1"));
    CompletionStage<Answer> second = pool.submit(request("2"));
    for (int i = 0; i < 5; i++) {
      CompletionStage<Answer> refused = pool.submit(request("3"));
      assertThat(refused.toCompletableFuture()).as("at once").isCompletedExceptionally();
      assertThat(codeOf(refused)).isEqualTo(FailureCode.UNAVAILABLE);
    }
    assertThat(listener.waiting()).isEqualTo(2);
    assertThat(listener.running()).isEqualTo(1);
    assertThat(listener.queuedEver()).isEqualTo(3);
    release.countDown();
    assertThat(answer(running).text()).isEqualTo("block");
    assertThat(answer(first).text()).isEqualTo("1");
    assertThat(answer(second).text()).isEqualTo("2");
    assertThat(answered).containsExactly("block", "1", "2");
  }

  /** Whoever asks a lot is refused, and not those who ask little. */
  @Test
  void aFullQueueStillHasEachSourcesPart() throws Exception {
    pool(4, "cpu");
    pool.submit(request("block"));
    busy.await();
    List<CompletionStage<Answer>> bulk = submit("bulk", "b1", "b2", "b3", "b4", "b5");
    List<CompletionStage<Answer>> mine = submit("me", "m1", "m2", "m3");
    assertThat(codeOf(bulk.get(4))).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(codeOf(mine.get(2))).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(listener.waiting()).isEqualTo(6);
    release.countDown();
    answer(bulk.get(3));
    assertThat(answered).containsExactly("block", "b1", "m1", "b2", "m2", "b3", "b4");
  }

  private List<CompletionStage<Answer>> submit(String source, String... questions) {
    return Stream.of(questions)
        .map(question -> request(question))
        .map(
            asked ->
                new InferenceRequest(asked.question().from(source), asked.images(), asked.clock()))
        .map(pool::submit)
        .toList();
  }

  @Test
  void whoseDeadlineHasPassedMakesRoomInAFullQueue() throws Exception {
    pool(1, "cpu");
    pool.submit(request("block"));
    busy.await();
    Instant past = Instant.now().minusSeconds(1);
    CompletionStage<Answer> late = pool.submit(request("late", 0, Optional.of(past)));
    CompletionStage<Answer> next = pool.submit(request("next"));
    assertThat(codeOf(late)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(listener.waiting()).isEqualTo(1);
    release.countDown();
    assertThat(answer(next).text()).isEqualTo("next");
  }

  @Test
  void higherPriorityGoesFirstAndEqualsInOrder() throws Exception {
    pool(8, "cpu");
    pool.submit(request("block"));
    busy.await();
    List<CompletionStage<Answer>> stages = new ArrayList<>();
    int[] priorities = {0, 5, 0, Integer.MIN_VALUE, 5, Integer.MAX_VALUE};
    for (int i = 0; i < priorities.length; i++) {
      stages.add(pool.submit(request(i + "", priorities[i], Optional.empty())));
    }
    release.countDown();
    for (CompletionStage<Answer> stage : stages) {
      answer(stage);
    }
    assertThat(answered).containsExactly("block", "5", "1", "4", "0", "2", "3");
  }

  @Test
  void deadlineThatPassesInTheQueueIsNotRun() throws Exception {
    pool(4, "cpu");
    pool.submit(request("block"));
    busy.await();
    Instant past = Instant.now().minusSeconds(1);
    CompletionStage<Answer> late = pool.submit(request("late", 0, Optional.of(past)));
    Instant future = Instant.now().plusSeconds(600);
    CompletionStage<Answer> early = pool.submit(request("early", 0, Optional.of(future)));
    assertThat(listener.waiting()).isEqualTo(2);
    release.countDown();
    assertThat(codeOf(late)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(answer(early).text()).isEqualTo("early");
    assertThat(answered).containsExactly("block", "early");
  }

  @Test
  void failureOfAHealthyWorkerIsTheQuestionsOwn() throws Exception {
    pool(4, "cpu");
    assertThat(codeOf(pool.submit(request("fail")))).isEqualTo(FailureCode.INTERNAL);
    assertThat(codeOf(pool.submit(request("refuse")))).isEqualTo(FailureCode.QUESTION_TOO_LONG);
    assertThat(answer(pool.submit(request("next"))).text()).isEqualTo("next");
    assertThat(listener.loads()).as("the models stayed").isEqualTo(1);
  }

  @Test
  void brokenDeviceHandsTheQuestionBackAndReloads() throws Exception {
    pool(4, "cpu");
    assertThat(codeOf(pool.submit(request("break")))).isEqualTo(FailureCode.UNAVAILABLE);
    await().until(() -> stateOf(0) == WorkerState.FAILED);
    assertThat(pool.isReady()).isFalse();
    await().until(() -> loaded.size() > 3);
    assertThat(List.copyOf(loaded).subList(0, 3))
        .as("models")
        .allMatch(ScriptedAnswering::isClosed);
    deviceDown = false;
    await().until(pool::isReady);
    assertThat(answer(pool.submit(request("again"))).text()).isEqualTo("again");
    assertThat(listener.loads()).isEqualTo(2);
    assertThat(loaded.get(0).isClosed()).isTrue();
  }

  /**
   * Of several questions in a step that fails, the one at fault fails and the others are answered.
   */
  @Test
  void aStepThatFailsIsTheFaultOfOneQuestion() throws Exception {
    CountDownLatch together = new CountDownLatch(1);
    pool =
        scriptedSteps(
            "cpu",
            together,
            () -> {
              throw new IllegalStateException("unforeseen");
            });
    CompletionStage<Answer> first = pool.submit(request("first:1000000"));
    CompletionStage<Answer> poison = pool.submit(request("poison:5"));
    together.await();
    first.toCompletableFuture().cancel(false);
    CompletionStage<Answer> last = pool.submit(request("last:3"));
    assertThat(codeOf(poison)).isEqualTo(FailureCode.INTERNAL);
    assertThat(answer(last).text()).isEqualTo("last:3");
    assertThat(listener.loads()).as("the models stayed").isEqualTo(1);
  }

  /** However often it is offered: whoever waits for the engine offers what it refused again. */
  @Test
  void aQuestionAtWhichDevicesAreLostAgainAndAgainFailsAndTakesNobodyWithIt() throws Exception {
    pool =
        pool(
            drafts -> {
              scriptStep(drafts);
              if (drafts.contains("poison")) {
                deviceDown = true;
                throw new OutOfMemoryError("device lost");
              }
            });
    pool.submit(request("step"));
    stepping.await();
    CompletableFuture<Answer> poison = untilTaken(request("poison"));
    CompletableFuture<Answer> other = untilTaken(request("other"));
    await().untilAsserted(() -> assertThat(answered).contains("other"));
    endOfStep.countDown();
    assertThat(codeOf(poison)).isEqualTo(FailureCode.INTERNAL);
    assertThat(answer(other).text()).isEqualTo("other");
    assertThat(listener.loads()).as("three of one, and one of both").isBetween(1 + 3, 1 + 4);
  }

  private CompletableFuture<Answer> untilTaken(InferenceRequest request) {
    return pool.submit(request)
        .exceptionallyCompose(
            failure ->
                ((QuestionFailure) failure).code() == FailureCode.UNAVAILABLE
                    ? CompletableFuture.supplyAsync(
                            () -> untilTaken(request),
                            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS))
                        .thenCompose(again -> again)
                    : CompletableFuture.failedStage(failure))
        .toCompletableFuture();
  }

  private AnsweringPool pool(Consumer<List<String>> onStep) {
    return new AnsweringPool(
        ScriptedAnswering.MODEL,
        List.of("cpu"),
        device -> {
          deviceDown = false;
          return new ScriptedAnswering(this::script, this::probe, onStep);
        },
        limits(4),
        listener,
        RELOAD_DELAY);
  }

  /** Steps fail where "poison" is in them. */
  private AnsweringPool scriptedSteps(String device, CountDownLatch together, Runnable poison) {
    return new AnsweringPool(
        ScriptedAnswering.MODEL,
        List.of(device),
        name -> {
          ScriptedAnswering answering =
              new ScriptedAnswering(
                  this::script,
                  this::probe,
                  drafts -> {
                    if (drafts.contains("poison")) {
                      together.countDown();
                      poison.run();
                    }
                  });
          loaded.add(answering);
          return answering;
        },
        limits(4),
        listener,
        RELOAD_DELAY);
  }

  /** A worker that fails is restarted, and what it was at is begun anew. */
  @Test
  void questionsOfAWorkerThatFailsAreAnsweredByAnother() throws Exception {
    CountDownLatch broken = new CountDownLatch(1);
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("bad", "good"),
            device -> {
              if (device.equals("good")) {
                awaitQuietly(broken);
              }
              boolean bad = device.equals("bad");
              return new ScriptedAnswering(
                  question -> {},
                  () -> {
                    if (bad && broken.getCount() == 0) {
                      throw new IllegalStateException("device is down");
                    }
                  },
                  drafts -> {
                    if (bad) {
                      broken.countDown();
                      throw new OutOfMemoryError("device lost");
                    }
                  });
            },
            limits(4),
            listener,
            Duration.ofMinutes(1));
    List<CompletionStage<Answer>> stages =
        IntStream.range(0, 3).mapToObj(i -> pool.submit(request("q" + i))).toList();
    for (int i = 0; i < 3; i++) {
      assertThat(answer(stages.get(i)).text()).isEqualTo("q" + i);
    }
    await().until(() -> stateOf(0) == WorkerState.FAILED);
  }

  @Test
  void whoIsGivenUpInTheQueueLeavesAtOnce() throws Exception {
    pool(1, "cpu");
    pool.submit(request("block"));
    busy.await();
    CompletionStage<Answer> waiting = pool.submit(request("1"));
    waiting.toCompletableFuture().cancel(false);
    assertThat(listener.waiting()).isZero();
    CompletionStage<Answer> next = pool.submit(request("2"));
    release.countDown();
    assertThat(answer(next).text()).isEqualTo("2");
    assertThat(answered).containsExactly("block", "2");
  }

  @Test
  void questionsAreRefusedWhileNoWorkerIsUp() throws Exception {
    deviceDown = true;
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("cpu"),
            device -> load(),
            limits(4),
            listener,
            Duration.ofMinutes(1));
    await().until(() -> stateOf(0) == WorkerState.FAILED);
    assertThat(codeOf(pool.submit(request("anyone?")))).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(listener.queuedEver()).isZero();
  }

  /** One that loads again and again, and never works, must not look as if it were about to. */
  @Test
  void aWorkerThatFailedIsDownUntilItsModelsWork() throws Exception {
    CountDownLatch reloading = new CountDownLatch(2);
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("cpu"),
            device -> {
              reloading.countDown();
              if (reloading.getCount() == 0) {
                waitFor(release);
              }
              return load();
            },
            limits(4),
            listener,
            RELOAD_DELAY);
    assertThat(codeOf(pool.submit(request("break")))).isEqualTo(FailureCode.UNAVAILABLE);
    reloading.await();
    assertThat(stateOf(0)).isEqualTo(WorkerState.FAILED);
    assertThat(codeOf(pool.submit(request("anyone?")))).isEqualTo(FailureCode.UNAVAILABLE);
    deviceDown = false;
    release.countDown();
    await().until(() -> stateOf(0) == WorkerState.READY);
    assertThat(answer(pool.submit(request("again"))).text()).isEqualTo("again");
  }

  @Test
  void modelsThatCannotBeUsedFailTheLoading() {
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("cpu"),
            device -> {
              throw new IllegalArgumentException("crop.model is no directory");
            },
            limits(4),
            listener,
            RELOAD_DELAY);
    assertThatThrownBy(() -> pool.loaded().toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crop.model is no directory");
    assertThat(listener.loads()).isZero();
  }

  @Test
  void loadingCompletesWithTheFirstWorkerNotBefore() throws Exception {
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("slow"),
            device -> {
              waitFor(release);
              return load();
            },
            limits(4),
            listener,
            RELOAD_DELAY);
    CompletionStage<Answer> early = pool.submit(request("early"));
    assertThat(pool.loaded().toCompletableFuture()).isNotDone();
    assertThat(stateOf(0)).isEqualTo(WorkerState.LOADING);
    release.countDown();
    pool.loaded().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(answer(early).text()).isEqualTo("early");
  }

  @Test
  void workersShareTheQueue() throws Exception {
    Map<String, Thread> threads = new ConcurrentHashMap<>();
    CountDownLatch both = new CountDownLatch(2);
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("one", "two"),
            device ->
                new ScriptedAnswering(
                    question -> {
                      threads.put(device, Thread.currentThread());
                      both.countDown();
                      awaitQuietly(both);
                    },
                    () -> {}),
            limits(100),
            listener,
            RELOAD_DELAY);
    List<CompletionStage<Answer>> stages =
        IntStream.range(0, 50).mapToObj(i -> pool.submit(request("q" + i))).toList();
    for (int i = 0; i < stages.size(); i++) {
      assertThat(answer(stages.get(i)).text()).isEqualTo("q" + i);
    }
    assertThat(threads).containsOnlyKeys("one", "two");
    assertThat(threads.get("one")).isNotEqualTo(threads.get("two"));
    assertThat(pool.workers()).extracting(WorkerStatus::device).containsExactly("one", "two");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneWorkerGoesOnWhileAnotherIsDown() throws Exception {
    pool =
        new AnsweringPool(
            ScriptedAnswering.MODEL,
            List.of("good", "bad"),
            device -> {
              if (device.equals("bad")) {
                throw new IllegalStateException("no such device");
              }
              return load();
            },
            limits(4),
            listener,
            RELOAD_DELAY);
    await().until(pool::isReady);
    assertThat(answer(pool.submit(request("still?"))).text()).isEqualTo("still?");
    assertThat(stateOf(1)).isNotEqualTo(WorkerState.READY);
  }

  @Test
  void closingFinishesWhatRunsAndRefusesTheRest() throws Exception {
    pool(4, "cpu");
    CompletionStage<Answer> running = pool.submit(request("block"));
    busy.await();
    CompletionStage<Answer> waiting = pool.submit(request("waiting"));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(pool::close);
    assertThat(codeOf(waiting)).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(closing).as("waits for what runs").isNotDone();
    assertThat(running.toCompletableFuture()).isNotDone();
    release.countDown();
    closing.get(10, TimeUnit.SECONDS);
    assertThat(answer(running).text()).isEqualTo("block");
    assertThat(codeOf(pool.submit(request("too late")))).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(answered).containsExactly("block");
  }

  @Test
  void queueNeedsAPlace() {
    pool(1, "cpu");
    assertThatThrownBy(
            () ->
                new AnsweringPool(
                    ScriptedAnswering.MODEL, List.of("cpu"), device -> load(), limits(0), listener))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.queue-capacity must be at least 1, got 0");
  }

  private WorkerState stateOf(int worker) {
    return pool.workers().get(worker).state();
  }
}
