package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.TokenUsage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers without a model, for tests of what stands before the engine. */
public final class FakeEngine implements InferenceEngine {
  public static final ModelIdentity MODEL = new ModelIdentity("fake", "r1", "cpu");

  private final Function<InferenceRequest, CompletionStage<Answer>> behaviour;
  private final WorkerState state;

  private FakeEngine(
      Function<InferenceRequest, CompletionStage<Answer>> behaviour, WorkerState state) {
    this.behaviour = behaviour;
    this.state = state;
  }

  /** Answers every question with the size of its picture. */
  public static FakeEngine answering() {
    return new FakeEngine(
        request -> CompletableFuture.supplyAsync(() -> answer(request)), WorkerState.READY);
  }

  /** Does with a question what a test says. */
  public static FakeEngine behaving(Function<InferenceRequest, CompletionStage<Answer>> behaviour) {
    return new FakeEngine(behaviour, WorkerState.READY);
  }

  public static FakeEngine failing(Throwable failure) {
    return new FakeEngine(request -> CompletableFuture.failedFuture(failure), WorkerState.FAILED);
  }

  private static Answer answer(InferenceRequest request) {
    return new Answer(
        request.question().id(),
        request.images().stream()
            .map(image -> image.width() + "x" + image.height())
            .collect(Collectors.joining(" ")),
        List.of(5, 6),
        FinishReason.STOP,
        MODEL,
        List.of(LocatedRegion.wholeImage()),
        new PruningStatistics(
            new PruningPlan("crop", 64),
            256,
            64,
            List.of(64, 32),
            List.of(new ImageBox(0, 0, 0.5, 0.5)),
            10,
            100,
            20,
            200),
        new TokenUsage(80, 2),
        request.clock().stop());
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    return behaviour.apply(request);
  }

  @Override
  public ModelIdentity model() {
    return MODEL;
  }

  @Override
  public List<WorkerStatus> workers() {
    return List.of(new WorkerStatus("cpu", state, 0, 1_000, 10, 100));
  }

  @Override
  public void close() {}
}
