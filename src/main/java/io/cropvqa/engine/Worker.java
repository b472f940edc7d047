package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thread that owns one device and the models on it.
 *
 * <p>A question that fails unexpectedly is its own fault if the worker can still run its probe
 * afterwards. If it can't, the device is at fault: the question is handed back as {@code
 * unavailable}, and the worker loads its models anew until that works.
 */
final class Worker {
  private static final Logger LOG = System.getLogger(Worker.class.getName());
  private static final long POLL_MS = 100;

  private final String device;
  private final Supplier<Answering> loader;
  private final JobQueue queue;
  private final FirstLoad firstLoad;
  private final Runnable onDown;
  private final RequestListener listener;
  private final Duration reloadDelay;
  private final Thread thread;
  private volatile WorkerState state = WorkerState.LOADING;
  private volatile Answering models;
  private volatile boolean stopping;

  /**
   * @param firstLoad told when the models are there, or why they can't be used
   * @param onDown run when the worker has failed
   */
  Worker(
      String name,
      String device,
      Supplier<Answering> loader,
      JobQueue queue,
      FirstLoad firstLoad,
      Runnable onDown,
      RequestListener listener,
      Duration reloadDelay) {
    this.device = device;
    this.loader = loader;
    this.queue = queue;
    this.firstLoad = firstLoad;
    this.onDown = onDown;
    this.listener = listener;
    this.reloadDelay = reloadDelay;
    this.thread = new Thread(this::run, name);
  }

  void start() {
    thread.start();
  }

  /** Lets the running question finish and takes no other. */
  void stop() {
    stopping = true;
  }

  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isDown() {
    return state == WorkerState.FAILED || state == WorkerState.STOPPED;
  }

  WorkerStatus status() {
    Answering now = models;
    return now == null
        ? new WorkerStatus(device, state, 0, 0, 0)
        : new WorkerStatus(
            device, state, now.memoryUsedBytes(), now.kvCacheBytes(), now.kvCacheCapacityBytes());
  }

  private void run() {
    while (!stopping) {
      state = WorkerState.LOADING;
      long begun = System.nanoTime();
      try (Answering answering = loader.get()) {
        answering.probe();
        listener.modelLoaded(Duration.ofNanos(System.nanoTime() - begun));
        models = answering;
        firstLoad.succeeded();
        serve(answering);
      } catch (RuntimeException | Error e) { // native code may fail with any error
        state = WorkerState.FAILED;
        boolean told = firstLoad.failed(this, e) && e instanceof IllegalArgumentException;
        if (!told) { // else whoever started the engine says it in one line
          LOG.log(Level.ERROR, "worker on " + device + " failed: " + e.getMessage(), e);
        }
        onDown.run();
        pause();
      } finally {
        models = null;
      }
    }
    state = WorkerState.STOPPED;
  }

  private void pause() {
    for (long left = reloadDelay.toMillis(); left > 0 && !stopping; left -= POLL_MS) {
      try {
        Thread.sleep(Math.min(left, POLL_MS));
      } catch (InterruptedException e) {
        stopping = true;
      }
    }
  }

  private void serve(Answering answering) {
    state = WorkerState.READY;
    while (!stopping) {
      Optional<Job> job = next();
      if (job.isPresent()) {
        state = WorkerState.BUSY;
        answer(job.get(), answering);
        state = WorkerState.READY;
      }
    }
  }

  private Optional<Job> next() {
    try {
      return queue.poll(POLL_MS);
    } catch (InterruptedException e) {
      stopping = true;
      return Optional.empty();
    }
  }

  private void answer(Job job, Answering answering) {
    job.request().clock().finish(Stage.QUEUE);
    try {
      if (job.isLate()) {
        job.fail(FailureCode.DEADLINE_EXCEEDED, "options.deadline passed in the queue", null);
        return;
      }
      listener.batch(1);
      job.answer().complete(answering.answer(job.request()));
    } catch (QuestionFailure e) {
      job.answer().completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      blame(job, answering, e);
    } finally {
      listener.finished();
    }
  }

  private void blame(Job job, Answering answering, Throwable failure) {
    try {
      answering.probe();
    } catch (RuntimeException | Error e) {
      job.fail(FailureCode.UNAVAILABLE, "the worker on " + device + " is down", failure);
      throw e;
    }
    LOG.log(Level.WARNING, "question failed on a healthy worker", failure);
    job.fail(FailureCode.INTERNAL, "unexpected " + failure.getClass().getSimpleName(), failure);
  }
}
