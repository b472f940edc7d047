package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A bounded queue of questions and the workers that take from it.
 *
 * @param <R> what workers make of a question
 */
public abstract class WorkerPool<R> implements InferenceEngine {
  static final Duration RELOAD_DELAY = Duration.ofSeconds(5);

  /**
   * Makes one worker's models on its device; runs on the worker's thread, again after a failure.
   *
   * @param <R> what they make of a question
   */
  public interface Loader<R> {
    Answering<R> load(String device);
  }

  private final ModelIdentity model;
  private final JobQueue<R> queue;
  private final List<Worker<R>> workers = new ArrayList<>();
  private final FirstLoad firstLoad;

  /**
   * @param devices one worker each
   * @param reloadDelay how long a worker that failed rests before it loads its models anew
   */
  WorkerPool(
      ModelIdentity model,
      List<String> devices,
      Loader<R> loader,
      EngineLimits limits,
      RequestListener listener,
      Duration reloadDelay) {
    this.model = model;
    this.queue = new JobQueue<>(limits.queueCapacity(), listener);
    this.firstLoad = new FirstLoad(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      String device = devices.get(i);
      Supplier<Answering<R>> load = () -> loader.load(device);
      workers.add(
          new Worker<>(
              "crop-worker-" + i,
              device,
              load,
              limits,
              queue,
              firstLoad,
              this::giveBackIfAllAreDown,
              listener,
              reloadDelay));
    }
    workers.forEach(Worker::start);
  }

  /**
   * Queues a question.
   *
   * @return what a worker makes of it, or a {@link QuestionFailure}
   */
  final CompletionStage<R> ask(InferenceRequest request) {
    Job<R> job = new Job<>(request);
    try {
      requireWorker();
      queue.add(job);
      return job.answer();
    } catch (QuestionFailure refused) {
      return CompletableFuture.failedStage(refused);
    }
  }

  /** While a worker still loads, questions may wait for it; once all have failed, nobody would. */
  private void requireWorker() {
    if (workers.stream().allMatch(Worker::isDown)) {
      throw new QuestionFailure(
          FailureCode.UNAVAILABLE,
          Stage.QUEUE,
          "no worker is up: the log says why the model or its device failed");
    }
  }

  /** Whoever waits for the last worker that failed may as well try elsewhere. */
  private void giveBackIfAllAreDown() {
    if (workers.stream().allMatch(Worker::isDown)) {
      queue.drain().forEach(job -> job.fail(FailureCode.UNAVAILABLE, "no worker is up", null));
    }
  }

  @Override
  public ModelIdentity model() {
    return model;
  }

  @Override
  public CompletionStage<Void> loaded() {
    return firstLoad.end();
  }

  @Override
  public List<WorkerStatus> workers() {
    return workers.stream().map(Worker::status).toList();
  }

  @Override
  public void close() {
    workers.forEach(Worker::stop);
    queue.close().forEach(job -> job.fail(FailureCode.UNAVAILABLE, "the engine stops", null));
    workers.forEach(Worker::join);
  }
}
