package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions that wait for a worker, in the order of their {@link Turns}. One that is given up by
 * whoever asked leaves at once, one whose deadline has passed when somebody else needs its place.
 *
 * <p>There are places for so many. Of S sources that wait each may have an S-th part of them, and
 * takes it even while others have more than theirs, whose questions are refused then: so the queue
 * is longer for a while, and nobody who asks a lot keeps others out.
 *
 * <p>One lock guards what waits and what the listener hears of it, so the two always agree.
 */
final class JobQueue<R> {
  private final Turns<Job<R>> waiting = new Turns<>();
  private final int capacity;
  private final RequestListener listener;
  private boolean closed;

  JobQueue(int capacity, RequestListener listener) {
    this.capacity = capacity;
    this.listener = listener;
  }

  /**
   * @throws QuestionFailure {@code unavailable} if the queue is closed, or full and the question's
   *     source has its part
   */
  void add(Job<R> job) {
    inTheWay().forEach(Job::failIfLate);
    addWhereThereIsRoom(job);
  }

  private synchronized List<Job<R>> inTheWay() {
    return isFull() ? waiting.all() : List.of();
  }

  private boolean isFull() {
    return waiting.size() >= capacity;
  }

  private synchronized void addWhereThereIsRoom(Job<R> job) {
    if (closed) {
      throw refusal("the engine stops");
    }
    String source = job.request().question().source();
    int part = Math.max(1, capacity / waiting.sourcesWith(source));
    if (isFull() && waiting.size(source) >= part) {
      throw refusal(
          "all workers are busy and the queue is full: try again, or raise crop.queue-capacity");
    }
    waiting.add(job.request().question(), job);
    queued(job);
  }

  /**
   * Takes jobs back from a worker that couldn't finish them: they come before all others of their
   * source and priority, in their order, and even a full queue has places for them.
   */
  synchronized void putBack(List<Job<R>> jobs) {
    for (int last = jobs.size() - 1; last >= 0; last--) {
      putBack(jobs.get(last));
    }
  }

  private void putBack(Job<R> job) {
    listener.finished();
    if (closed) {
      job.fail(FailureCode.UNAVAILABLE, "the engine stops", null);
    } else {
      waiting.addFirst(job.request().question(), job);
      queued(job);
    }
  }

  private void queued(Job<R> job) {
    listener.queued();
    notifyAll();
    job.answer().whenComplete((answer, failure) -> leave(job));
  }

  private static QuestionFailure refusal(String why) {
    return new QuestionFailure(FailureCode.UNAVAILABLE, Stage.QUEUE, why);
  }

  private synchronized void leave(Job<R> job) {
    if (waiting.remove(job)) {
      listener.started();
      listener.finished();
    }
  }

  /**
   * Takes the job that comes next, waiting a while for one. The listener hears that it started;
   * whoever takes it says when it finished.
   */
  synchronized Optional<Job<R>> poll(long timeoutMs) throws InterruptedException {
    if (waiting.isEmpty()) {
      wait(timeoutMs); // may end early: callers ask again anyway
    }
    Optional<Job<R>> next = waiting.poll();
    next.ifPresent(job -> listener.started());
    return next;
  }

  /** Takes no more jobs, and gives back those that no worker will take. */
  synchronized List<Job<R>> close() {
    closed = true;
    notifyAll();
    return drain();
  }

  /** Gives back all jobs that wait. */
  synchronized List<Job<R>> drain() {
    List<Job<R>> left = new ArrayList<>();
    for (Optional<Job<R>> next = waiting.poll(); next.isPresent(); next = waiting.poll()) {
      listener.started();
      listener.finished();
      left.add(next.get());
    }
    return left;
  }

  /** How many wait. */
  synchronized int size() {
    return waiting.size();
  }
}
