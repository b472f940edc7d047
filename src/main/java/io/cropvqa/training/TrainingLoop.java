package io.cropvqa.training;

import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.Autograd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Step after step down a gradient, until the limit: the part of training that is the same whatever
 * is trained.
 */
public final class TrainingLoop {
  private final NDManager root;
  private final Settings settings;
  private final Consumer<TrainingProgress> listener;
  private int step;
  private Duration before = Duration.ZERO;
  private long started;
  private double lossSum;
  private int toldStep;
  private long toldAt;
  private long savedAt;

  /**
   * @param limit when it ends
   * @param learningRate how far a step goes
   * @param adamW how gradients become steps
   * @param checkpoints folder of its own for checkpoints
   * @param checkpointEvery time between two of them
   * @param tellEvery time between two looks at held-out examples
   * @param fingerprint everything else that must be the same to go on from a checkpoint, by the
   *     name that users know it by
   */
  public record Settings(
      TrainingLimit limit,
      LearningRate learningRate,
      AdamW.Settings adamW,
      Path checkpoints,
      Duration checkpointEvery,
      Duration tellEvery,
      Map<String, String> fingerprint) {}

  /**
   * @param root owns the optimizer's state
   * @param listener told of the progress
   */
  public TrainingLoop(NDManager root, Settings settings, Consumer<TrainingProgress> listener) {
    this.root = root;
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Trains to the end.
   *
   * @param parameters what is trained; those of the checkpoint where there is one
   * @param resumed where to go on
   * @throws IllegalStateException if the loss is no number any more
   * @throws IOException if a checkpoint can't be written
   */
  public void run(
      Parameters parameters, TrainingObjective objective, Optional<TrainingCheckpoint> resumed)
      throws IOException {
    Parameters.Values state = resumed.map(from -> from.optimizer(root)).orElse(AdamW.ZEROS);
    AdamW optimizer = new AdamW(parameters, settings.adamW(), root, state);
    step = resumed.map(TrainingCheckpoint::step).orElse(0);
    before = resumed.map(TrainingCheckpoint::time).orElse(Duration.ZERO);
    steps(parameters, objective, optimizer);
  }

  private void steps(Parameters parameters, TrainingObjective objective, AdamW optimizer)
      throws IOException {
    started = savedAt = toldAt = System.nanoTime();
    toldStep = step;
    while (progress() < 1) {
      step++;
      step(objective, optimizer);
      boolean done = progress() >= 1;
      if (done || since(toldAt).compareTo(settings.tellEvery()) >= 0) {
        tell(objective);
      }
      if (!done && since(savedAt).compareTo(settings.checkpointEvery()) >= 0) {
        TrainingCheckpoint.write(
            settings.checkpoints(), step, time(), settings.fingerprint(), parameters, optimizer);
        savedAt = System.nanoTime();
      }
    }
  }

  private void step(TrainingObjective objective, AdamW optimizer) {
    try (NDManager scope = root.newSubManager()) {
      float loss = Autograd.backward(() -> objective.loss(step, scope));
      if (!Float.isFinite(loss)) {
        throw new IllegalStateException(
            "the loss is %s at step %d: try a lower learning rate".formatted(loss, step));
      }
      lossSum += loss;
      optimizer.update(step, settings.learningRate().at(progress()), scope);
    }
  }

  private void tell(TrainingObjective objective) {
    int steps = step - toldStep;
    double pace = steps / (since(toldAt).toNanos() / 1e9);
    double share = progress();
    Duration left = Duration.ofMillis((long) (time().toMillis() * (1 / share - 1)));
    listener.accept(
        new TrainingProgress(step, share, lossSum / steps, objective.heldOut(), pace, left));
    lossSum = 0;
    toldStep = step;
    toldAt = System.nanoTime();
  }

  private double progress() {
    return settings.limit().progress(step, time());
  }

  private Duration time() {
    return before.plus(since(started));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
