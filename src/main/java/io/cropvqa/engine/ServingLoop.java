package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a worker does from loading its models to losing them: its own thread takes the decoder from
 * step to step, others prepare meanwhile the questions that enter it next. Where all of them share
 * the processor's cores, the last of several that prepare begins nothing while the decoder runs:
 * everybody in the decoder waits for its one thread, so a core is left to it.
 *
 * <p>A question that fails unexpectedly is its own fault if the models still pass their probe; of
 * several in one step, each is asked again alone to find out whose. If the probe fails, the device
 * is at fault: the questions go back to the queue for another worker, or for this one once it has
 * loaded its models anew. But a question at which devices are lost again and again is at fault too.
 */
final class ServingLoop<R> {
  private static final Logger LOG = System.getLogger(ServingLoop.class.getName());
  private static final long POLL_MS = 100;
  private static final int MOST_LOST = 3;

  private final String name;
  private final Answering<R> answering;
  private final JobQueue<R> queue;
  private final RequestListener listener;
  private final Batch<R> batch;
  private final List<Thread> preparing = new ArrayList<>();
  private final AtomicInteger stillPreparing;
  private final AtomicInteger inPreparation = new AtomicInteger();
  private final BusyClock taken;
  private volatile boolean stopping;
  private volatile Throwable broken;

  /**
   * @param name of the worker, for its threads
   * @param taken counts the questions that it has
   * @param coresShared whether the decoder computes on the cores that preparing takes
   */
  ServingLoop(
      String name,
      Answering<R> answering,
      EngineLimits limits,
      JobQueue<R> queue,
      RequestListener listener,
      BusyClock taken,
      boolean coresShared) {
    this.name = name;
    this.answering = answering;
    this.queue = queue;
    this.listener = listener;
    this.taken = taken;
    this.batch = new Batch<>(answering, limits, listener, this::behind, this::letGo);
    this.stillPreparing = new AtomicInteger(limits.prepareThreads());
    for (int i = 0; i < limits.prepareThreads(); i++) {
      boolean givesWay = coresShared && i > 0 && i == limits.prepareThreads() - 1;
      preparing.add(new Thread(() -> prepare(givesWay), name + "-prepare-" + i));
    }
  }

  /** Takes no other question; {@link #run} ends when those taken are answered. */
  void stop() {
    stopping = true;
  }

  /**
   * Answers questions until it is stopped.
   *
   * @throws IllegalStateException if the device or the models can't be used any more; by then all
   *     questions are back in the queue
   */
  void run() {
    preparing.forEach(Thread::start);
    try {
      while (broken == null && !batch.isOver()) {
        if (batch.gather(POLL_MS)) {
          step();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
    if (broken != null) {
      throw new IllegalStateException(broken.getMessage(), broken);
    }
  }

  /** Questions that are being prepared or wait to be. */
  private int behind() {
    return inPreparation.get() + queue.size();
  }

  private void end() {
    stopping = true;
    batch.close();
    preparing.forEach(ServingLoop::join);
    putBack(batch.drain());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step() {
    try {
      batch.step();
    } catch (RuntimeException | Error e) { // native code may fail with any error
      blame(batch.scatter(), e);
    }
  }

  private void prepare(boolean givesWay) {
    try {
      while (!stopping) {
        if (givesWay && !batch.awaitRest(POLL_MS)) {
          continue; // who waits for a question already, for POLL_MS, may still begin it
        }
        Optional<Job<R>> next = queue.poll(POLL_MS);
        if (next.isPresent()) {
          taken.begin();
          prepare(next.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (stillPreparing.decrementAndGet() == 0) {
        batch.close();
      }
    }
  }

  private void prepare(Job<R> job) throws InterruptedException {
    Optional<Draft<R>> draft = draft(job);
    if (draft.isEmpty()) {
      return;
    }
    if (draft.get().answer().isPresent()) {
      finish(job, draft.get());
      return;
    }
    try {
      batch.add(new Batch.Member<>(job, draft.get()));
    } catch (InterruptedException e) {
      draft.get().close();
      putBack(List.of(job));
      throw e;
    }
  }

  private void finish(Job<R> job, Draft<R> draft) {
    R answer = draft.answer().orElseThrow();
    draft.close();
    letGo();
    job.answer().complete(answer);
  }

  /** The job's draft, unless the job has ended. */
  private Optional<Draft<R>> draft(Job<R> job) {
    inPreparation.incrementAndGet();
    try {
      job.request().clock().finish(Stage.QUEUE);
      job.failIfLate();
      if (!job.isAbandoned()) {
        return Optional.of(answering.prepare(job.request()));
      }
      letGo();
    } catch (QuestionFailure e) {
      letGo();
      job.answer().completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      blame(List.of(job), e);
    } finally {
      inPreparation.decrementAndGet();
    }
    return Optional.empty();
  }

  private void blame(List<Job<R>> jobs, Throwable failure) {
    try {
      answering.probe();
    } catch (RuntimeException | Error e) {
      e.addSuppressed(failure);
      if (jobs.size() == 1) {
        lost(jobs.get(0), e);
      } else {
        askAlone(jobs);
      }
      broken = e;
      stopping = true;
      return;
    }
    LOG.log(Level.WARNING, name + " is well, but " + jobs.size() + " questions failed", failure);
    if (jobs.size() == 1) {
      String what = "unexpected " + failure.getClass().getSimpleName();
      fail(jobs.get(0), FailureCode.INTERNAL, what, failure);
    } else {
      askAlone(jobs);
    }
  }

  private void askAlone(List<Job<R>> jobs) {
    jobs.forEach(job -> job.request().attempts().suspect());
    putBack(jobs);
  }

  private void lost(Job<R> job, Throwable failure) {
    if (job.request().attempts().lose() < MOST_LOST) {
      putBack(List.of(job));
    } else {
      String what = "a device was lost each of the %d times that it ran".formatted(MOST_LOST);
      fail(job, FailureCode.INTERNAL, what, failure);
    }
  }

  private void putBack(List<Job<R>> jobs) {
    jobs.forEach(job -> taken.end());
    queue.putBack(jobs);
  }

  private void fail(Job<R> job, FailureCode code, String message, Throwable cause) {
    letGo();
    job.fail(code, message, cause);
  }

  private void letGo() {
    taken.end();
    listener.finished();
  }
}
