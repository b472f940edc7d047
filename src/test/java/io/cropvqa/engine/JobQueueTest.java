package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What workers give back; {@link WorkerPoolTest} has what they take. */
class JobQueueTest {
  private final CountingListener listener = new CountingListener();
  private final JobQueue<Answer> queue = new JobQueue<>(1, listener);

  private static Job<Answer> job(String question) {
    return new Job<>(ScriptedAnswering.request(question));
  }

  @Test
  void jobsComeBackInTheirOrderBeforeAllOthersAndThoughItIsFull() throws InterruptedException {
    Job<Answer> waiting = job("waiting");
    List<Job<Answer>> failed = List.of(job("a"), job("b"), job("c"));
    queue.add(waiting);
    queue.putBack(failed);
    assertThat(queue.size()).isEqualTo(4);
    for (Job<Answer> expected : List.of(failed.get(0), failed.get(1), failed.get(2), waiting)) {
      assertThat(queue.poll(0)).containsSame(expected);
    }
  }
}
