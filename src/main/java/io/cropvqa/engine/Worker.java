package io.cropvqa.engine;

import io.cropvqa.domain.RequestListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Owns one device and the models on it: loads them, serves until it is stopped or they fail, and
 * then loads them anew until that works.
 */
final class Worker<R> {
  private static final Logger LOG = System.getLogger(Worker.class.getName());
  private static final long POLL_MS = 100;
  private static final String CPU = "cpu";

  private final String name;
  private final String device;
  private final Supplier<Answering<R>> loader;
  private final EngineLimits limits;
  private final JobQueue<R> queue;
  private final FirstLoad firstLoad;
  private final Runnable onDown;
  private final RequestListener listener;
  private final Duration reloadDelay;
  private final Thread thread;
  private final BusyClock questions = new BusyClock();
  private volatile WorkerState state = WorkerState.LOADING;
  private volatile Answering<R> models;
  private volatile ServingLoop<R> serving;
  private volatile boolean stopping;

  /**
   * @param firstLoad told when the models are there, or why they can't be used
   * @param onDown run when the worker has failed
   */
  Worker(
      String name,
      String device,
      Supplier<Answering<R>> loader,
      EngineLimits limits,
      JobQueue<R> queue,
      FirstLoad firstLoad,
      Runnable onDown,
      RequestListener listener,
      Duration reloadDelay) {
    this.name = name;
    this.device = device;
    this.loader = loader;
    this.limits = limits;
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

  /** Lets the questions that it has finish and takes no other. */
  void stop() {
    stopping = true;
    ServingLoop<R> now = serving;
    if (now != null) {
      now.stop();
    }
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
    Answering<R> now = models;
    WorkerState seen = state == WorkerState.READY && questions.isBusy() ? WorkerState.BUSY : state;
    long busy = questions.nanos();
    return now == null
        ? new WorkerStatus(device, seen, busy, 0, 0, 0)
        : new WorkerStatus(
            device,
            seen,
            busy,
            now.memoryUsedBytes(),
            now.kvCacheBytes(),
            now.kvCacheCapacityBytes());
  }

  private void run() {
    while (!stopping) { // one that failed is down until it has passed its probe
      long begun = System.nanoTime();
      try (Answering<R> answering = loader.get()) {
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

  private void serve(Answering<R> answering) {
    boolean coresShared = device.equals(CPU);
    serving = new ServingLoop<>(name, answering, limits, queue, listener, questions, coresShared);
    state = WorkerState.READY;
    if (stopping) {
      serving.stop(); // whoever stopped us may not have seen it
    }
    serving.run();
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
}
