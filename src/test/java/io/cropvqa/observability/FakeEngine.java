package io.cropvqa.observability;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** An engine that only says how its workers are. */
final class FakeEngine implements InferenceEngine {
  private List<WorkerStatus> workers;

  FakeEngine(WorkerStatus... workers) {
    become(workers);
  }

  /** One worker on {@code cpu} in each of the states. */
  static FakeEngine inStates(WorkerState... states) {
    return new FakeEngine(
        Stream.of(states)
            .map(state -> new WorkerStatus("cpu", state, 0, 0, 0, 0))
            .toArray(WorkerStatus[]::new));
  }

  void become(WorkerStatus... workers) {
    this.workers = List.of(workers);
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    throw new UnsupportedOperationException("answers nothing");
  }

  @Override
  public ModelIdentity model() {
    return Answers.MODEL;
  }

  @Override
  public List<WorkerStatus> workers() {
    return workers;
  }

  @Override
  public void close() {}
}
