package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Questions that wait for a worker: so many and no more, the highest {@code options.priority}
 * first, those of the same priority in the order of arrival. One that is given up by whoever asked
 * leaves at once.
 *
 * <p>One lock guards what waits and what the listener hears of it, so the two always agree.
 */
final class JobQueue {
  private record Waiting(Job job, long arrival) {
    int priority() {
      return job.request().question().options().priority();
    }
  }

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingInt(Waiting::priority)
              .reversed()
              .thenComparingLong(Waiting::arrival));
  private final int capacity;
  private final RequestListener listener;
  private long arrivals;
  private long returns;
  private boolean closed;

  JobQueue(int capacity, RequestListener listener) {
    this.capacity = capacity;
    this.listener = listener;
  }

  /**
   * @throws QuestionFailure {@code unavailable} if the queue is full or closed
   */
  synchronized void add(Job job) {
    if (closed) {
      throw refusal("the engine stops");
    }
    if (waiting.size() >= capacity) {
      throw refusal(
          "all workers are busy and the queue is full: try again, or raise crop.queue-capacity");
    }
    enqueue(job, arrivals++);
  }

  /**
   * Takes a job back from a worker that couldn't finish it: it comes before all others of its
   * priority, and even a full queue has a place for it.
   */
  synchronized void putBack(Job job) {
    listener.finished();
    if (closed) {
      job.fail(FailureCode.UNAVAILABLE, "the engine stops", null);
    } else {
      enqueue(job, --returns);
    }
  }

  private void enqueue(Job job, long arrival) {
    listener.queued();
    Waiting place = new Waiting(job, arrival);
    waiting.add(place);
    notifyAll();
    job.answer().whenComplete((answer, failure) -> leave(place));
  }

  private static QuestionFailure refusal(String why) {
    return new QuestionFailure(FailureCode.UNAVAILABLE, Stage.QUEUE, why);
  }

  private synchronized void leave(Waiting place) {
    if (waiting.removeIf(other -> other == place)) {
      listener.started();
      listener.finished();
    }
  }

  /**
   * Takes the job that comes next, waiting a while for one. The listener hears that it started;
   * whoever takes it says when it finished.
   */
  synchronized Optional<Job> poll(long timeoutMs) throws InterruptedException {
    if (waiting.isEmpty()) {
      wait(timeoutMs); // may end early: callers ask again anyway
    }
    return Optional.ofNullable(waiting.poll())
        .map(
            next -> {
              listener.started();
              return next.job();
            });
  }

  /** Takes no more jobs, and gives back those that no worker will take. */
  synchronized List<Job> close() {
    closed = true;
    notifyAll();
    return drain();
  }

  /** Gives back all jobs that wait. */
  synchronized List<Job> drain() {
    List<Job> left = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      listener.started();
      listener.finished();
      left.add(next.job());
    }
    return left;
  }

  /** How many wait. */
  synchronized int size() {
    return waiting.size();
  }
}
