package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A bounded queue of questions and the workers that take from it. */
public final class WorkerPool implements InferenceEngine {

  /**
   * Makes one worker's models on its device; runs on the worker's thread, again after a failure.
   */
  public interface Loader {
    Answering load(String device);
  }

  private final ModelIdentity model;
  private final BlockingQueue<Job> queue;
  private final List<Worker> workers = new ArrayList<>();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();
  private final RequestListener listener;

  /**
   * @param devices one worker each
   * @param queueCapacity questions that may wait
   */
  public WorkerPool(
      ModelIdentity model,
      List<String> devices,
      Loader loader,
      int queueCapacity,
      RequestListener listener) {
    this.model = model;
    this.queue = new ArrayBlockingQueue<>(queueCapacity);
    this.listener = listener;
    for (int i = 0; i < devices.size(); i++) {
      String device = devices.get(i);
      Supplier<Answering> load = () -> loader.load(device);
      workers.add(new Worker("crop-worker-" + i, device, load, queue, loaded, listener));
    }
    workers.forEach(Worker::start);
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    Job job = new Job(request, new CompletableFuture<>());
    if (workers.stream().allMatch(Worker::isDown)) {
      return refused("no worker is up: the log says why");
    }
    listener.queued();
    if (!queue.offer(job)) {
      listener.started();
      listener.finished();
      return refused("the queue is full: try again, or raise crop.queue-capacity");
    }
    return job.answer();
  }

  private static CompletionStage<Answer> refused(String why) {
    return CompletableFuture.failedStage(
        new QuestionFailure(FailureCode.UNAVAILABLE, Stage.QUEUE, why));
  }

  @Override
  public ModelIdentity model() {
    return model;
  }

  @Override
  public CompletionStage<Void> loaded() {
    return loaded;
  }

  @Override
  public List<WorkerStatus> workers() {
    return workers.stream().map(Worker::status).toList();
  }

  @Override
  public void close() {
    workers.forEach(Worker::stop);
    workers.forEach(Worker::join);
    List<Job> waiting = new ArrayList<>();
    queue.drainTo(waiting);
    waiting.forEach(job -> job.fail(FailureCode.UNAVAILABLE, "the engine stops", null));
  }
}
