package io.cropvqa.engine;

import static io.cropvqa.engine.ScriptedAnswering.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is in the decoder together. */
@Timeout(20)
class BatchTest {
  private final List<String> steps = new ArrayList<>();
  private final CountingListener listener = new CountingListener();
  private final ScriptedAnswering answering =
      new ScriptedAnswering(
          question -> {}, () -> {}, drafts -> steps.add(String.join(" ", drafts)));
  private int behind;
  private int left;

  private Batch<Answer> batch(int seats, int tokens) {
    return new Batch<>(
        answering, new EngineLimits(1, seats, tokens, 1), listener, () -> behind, () -> left++);
  }

  private Job<Answer> add(Batch<Answer> batch, Job<Answer> job) throws InterruptedException {
    batch.add(new Batch.Member<>(job, answering.prepare(job.request())));
    return job;
  }

  private Job<Answer> add(Batch<Answer> batch, String question) throws InterruptedException {
    return add(batch, new Job<>(request(question)));
  }

  private void runAll(Batch<Answer> batch) throws InterruptedException {
    batch.close();
    while (!batch.isOver()) {
      if (batch.gather(0)) {
        batch.step();
      }
    }
    assertThat(answering.openDrafts()).isZero();
  }

  @Test
  void theyLeaveWhenDoneAndOthersTakeTheirSeats() throws InterruptedException {
    Batch<Answer> batch = batch(2, 100);
    Job<Answer> long1 = add(batch, "a:3");
    add(batch, "b:1");
    batch.gather(0);
    batch.step();
    add(batch, "c:1");
    batch.gather(0);
    batch.step();
    add(batch, "d:1");
    runAll(batch);
    assertThat(steps).containsExactly("a b", "a c", "a d");
    assertThat(left).isEqualTo(4);
    assertThat(long1.answer().join().text()).isEqualTo("a:3");
  }

  @Test
  void whoIsReadyJoinsByPriorityAndSourcesTakeTurns() throws InterruptedException {
    Batch<Answer> batch = batch(5, 10); // one prompt a step
    for (String ready : List.of("bulk a 1", "bulk b 9", "bulk c 9", "me d 0", "bulk e 1")) {
      String[] words = ready.split(" ");
      InferenceRequest plain =
          request(words[1] + ":1", Integer.parseInt(words[2]), Optional.empty());
      add(
          batch,
          new Job<>(
              new InferenceRequest(
                  plain.question().from(words[0]), plain.images(), plain.clock())));
    }
    runAll(batch);
    assertThat(steps).containsExactly("b", "d", "c", "a", "e");
  }

  /** Nobody waits for more than are as many as those that are ready. */
  @Test
  void aFirstStepIsNotBegunBeforeHalfAreReady() throws InterruptedException {
    Batch<Answer> batch = batch(8, 1000);
    behind = 3;
    add(batch, "a:1");
    add(batch, "b:1");
    long begun = System.nanoTime();
    assertThat(batch.gather(60)).as("in the end they run").isTrue();
    assertThat(System.nanoTime() - begun).isGreaterThan(50_000_000);
    batch.step();
    behind = 2;
    add(batch, "c:1");
    add(batch, "d:1");
    begun = System.nanoTime();
    assertThat(batch.gather(10_000)).isTrue();
    assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
    behind = 0;
    runAll(batch);
    assertThat(steps).containsExactly("a b", "c d");
  }

  @Test
  void itRestsWhileNobodyRuns() throws InterruptedException {
    Batch<Answer> batch = batch(4, 100);
    assertThat(batch.awaitRest(0)).as("before anybody came").isTrue();
    add(batch, "a:2");
    batch.gather(0);
    assertThat(batch.awaitRest(1)).as("between two steps").isFalse();
    batch.step();
    batch.gather(0);
    batch.step();
    batch.gather(0);
    assertThat(batch.awaitRest(0)).as("after the last").isTrue();
    runAll(batch);
  }

  @Test
  void oneJoinsInTheMiddle() throws InterruptedException {
    Batch<Answer> batch = batch(4, 100);
    add(batch, "a:2");
    assertThat(batch.gather(0)).isTrue();
    batch.step();
    add(batch, "b:2");
    runAll(batch);
    assertThat(steps).containsExactly("a", "a b", "b");
  }

  /** Each may come to hold 10 of the 100 bytes. */
  @Test
  void noMoreJoinThanTheKeysAndValuesHaveRoomFor() throws InterruptedException {
    Batch<Answer> batch = batch(100, 1000);
    for (int i = 0; i < 12; i++) {
      add(batch, "q" + i + ":1");
    }
    runAll(batch);
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0).split(" ")).hasSize(10);
    assertThat(steps.get(1)).isEqualTo("q10 q11");
  }

  /** Prompts have 10 rows, tokens one. */
  @Test
  void noMorePromptsShareAStepThanItsTokensAllow() throws InterruptedException {
    Batch<Answer> batch = batch(100, 25);
    for (String question : List.of("a:3", "b:3", "c:3")) {
      add(batch, question);
    }
    runAll(batch);
    assertThat(steps).containsExactly("a b", "a b c", "a b c", "c");
    steps.clear();
    Batch<Answer> narrow = batch(100, 5);
    add(narrow, "long:1");
    runAll(narrow);
    assertThat(steps).as("a prompt longer than that enters alone").containsExactly("long");
  }

  private static Job<Answer> suspect(InferenceRequest request) {
    request.attempts().suspect();
    return new Job<>(request);
  }

  @Test
  void aSuspectRunsAlone() throws InterruptedException {
    Batch<Answer> batch = batch(8, 100);
    add(batch, "a:2");
    add(batch, suspect(request("s:2")));
    add(batch, "b:1");
    runAll(batch);
    assertThat(steps).containsExactly("a", "a", "s", "s", "b");
  }

  @Test
  void whoIsGivenUpLeavesBeforeTheNextStepAndFreesItsSeat() throws InterruptedException {
    Batch<Answer> batch = batch(1, 100);
    Job<Answer> abandoned = add(batch, "a:100");
    batch.gather(0);
    batch.step();
    add(batch, "b:1");
    abandoned.answer().cancel(false);
    runAll(batch);
    assertThat(steps).containsExactly("a", "b");
    assertThat(left).isEqualTo(2);
  }

  @Test
  void whoIsLateNeverRuns() throws InterruptedException {
    Batch<Answer> batch = batch(8, 100);
    Job<Answer> late =
        add(batch, new Job<>(request("late:1", 0, Optional.of(Instant.now().minusSeconds(1)))));
    add(batch, "b:1");
    runAll(batch);
    assertThat(steps).containsExactly("b");
    assertThat(codeOf(late)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
  }

  /** Whoever waits to join is looked at before each step too, not when its turn comes. */
  @Test
  void whoIsLateOrGivenUpBeforeItsTurnKeepsNobodyWaiting() throws InterruptedException {
    Batch<Answer> batch = batch(2, 100);
    add(batch, "a:3");
    batch.gather(0);
    Job<Answer> givenUp = add(batch, suspect(request("s:1")));
    Instant past = Instant.now().minusSeconds(1);
    Job<Answer> late = add(batch, suspect(request("l:1", 0, Optional.of(past))));
    givenUp.answer().cancel(false);
    batch.gather(0);
    assertThat(codeOf(late)).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(answering.openDrafts()).as("what they held is free").isEqualTo(1);
    assertThat(left).isEqualTo(2);
    add(batch, "b:1");
    runAll(batch);
    assertThat(steps).containsExactly("a b", "a", "a");
  }

  @Test
  void aFailedStepGivesBackWhoRanAndADrainAllOthersToo() throws InterruptedException {
    Batch<Answer> batch = batch(1, 100);
    Job<Answer> ran = add(batch, "a:2");
    batch.gather(0);
    Job<Answer> waited = add(batch, "b:2");
    assertThat(batch.scatter()).containsExactly(ran);
    assertThat(batch.drain()).containsExactly(waited);
    assertThat(answering.openDrafts()).isZero();
    assertThat(batch.isOver()).isTrue();
    assertThat(left).as("none is let go for good").isZero();
  }

  private static FailureCode codeOf(Job<Answer> job) {
    Throwable failure = catchThrowable(() -> answer(job));
    return ((QuestionFailure) failure.getCause()).code();
  }

  private static Answer answer(Job<Answer> job) throws CompletionException {
    return job.answer().join();
  }
}
