package io.cropvqa.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  private static final int STEPS = 30;

  @TempDir Path folder;
  private NDManager memory;
  private final List<TrainingProgress> told = new ArrayList<>();

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    memory.close();
  }

  /** Noisy distance of the weights from 3; may fail at a step. */
  private static final class Distance implements TrainingObjective {
    private final NDArray weights;
    private final int failsAt;

    Distance(Parameters parameters, int failsAt) {
      weights = parameters.create("weights", 4, 2);
      this.failsAt = failsAt;
    }

    @Override
    public NDArray loss(int step, NDManager scope) {
      if (step == failsAt) {
        throw new IllegalStateException("killed");
      }
      Random random = new Random(step);
      float[] wanted = new float[8];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = (float) (3 + 0.1 * random.nextGaussian());
      }
      return scope.create(wanted, new Shape(4, 2)).sub(weights).square().sum();
    }

    @Override
    public String heldOut() {
      return "fine";
    }
  }

  private TrainingLoop.Settings settings(double rate) {
    return new TrainingLoop.Settings(
        new TrainingLimit.Steps(STEPS),
        new LearningRate(rate, 0.1),
        AdamW.Settings.DEFAULTS,
        folder.resolve("checkpoint"),
        Duration.ZERO,
        Duration.ZERO,
        Map.of("--seed", "1", "--batch", "8"));
  }

  private float[] train(int failsAt, Optional<TrainingCheckpoint> resumed) throws IOException {
    Parameters parameters =
        new Parameters(
            memory,
            resumed.map(from -> from.weights(memory)).orElse((name, shape) -> new float[8]));
    Distance objective = new Distance(parameters, failsAt);
    new TrainingLoop(memory, settings(0.5), told::add).run(parameters, objective, resumed);
    return parameters.all().get("weights").toFloatArray();
  }

  @Test
  void theLossFallsAndProgressIsTold() throws Exception {
    for (float weight : train(-1, Optional.empty())) {
      assertThat(weight).isBetween(2.5f, 3.5f);
    }
    assertThat(told).hasSize(STEPS);
    TrainingProgress last = told.get(STEPS - 1);
    assertThat(last.loss()).isLessThan(told.get(0).loss() / 10);
    assertThat(last.share()).isEqualTo(1);
    assertThat(last.left()).isZero();
    assertThat(last.line())
        .startsWith("step 30 (100 %)  loss 0.")
        .contains("  fine  ", "0:00 left");
  }

  /** Killed while it makes a step, it goes on from its checkpoint as if nothing had been. */
  @Test
  void resumedIsAsUninterrupted() throws Exception {
    float[] uninterrupted = train(-1, Optional.empty());
    assertThatThrownBy(() -> train(17, Optional.empty())).hasMessage("killed");

    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.read(folder.resolve("checkpoint")).orElseThrow();
    assertThat(checkpoint.step()).isEqualTo(16);
    assertThat(folder.resolve("checkpoint").toFile().list())
        .containsExactlyInAnyOrder("checkpoint.json", "step-16.safetensors");
    assertThat(train(-1, Optional.of(checkpoint))).containsExactly(uninterrupted);
  }

  @Test
  void onlyTheSameTrainingIsGoneOnWith() throws Exception {
    train(-1, Optional.empty());
    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.read(folder.resolve("checkpoint")).orElseThrow();

    checkpoint.requireSame(Map.of("--seed", "1", "--batch", "8"));
    assertThatThrownBy(() -> checkpoint.requireSame(Map.of("--seed", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--seed was 1 when the checkpoint was made and is 2 now");
  }

  @Test
  void aCheckpointThatIsNoneIsNamed() throws Exception {
    Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    assertThat(TrainingCheckpoint.read(checkpoint)).isEmpty();
    Files.writeString(checkpoint.resolve("checkpoint.json"), "{\"step\": 3}");
    assertThatThrownBy(() -> TrainingCheckpoint.read(checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint.json");
  }

  @Test
  void aDoneTrainingLeavesNoCheckpoint() throws Exception {
    train(-1, Optional.empty());
    TrainingCheckpoint.delete(folder.resolve("checkpoint"));
    assertThat(folder).isEmptyDirectory();
    TrainingCheckpoint.delete(folder.resolve("checkpoint"));
  }

  @Test
  void aLossThatIsNoNumberEndsIt() {
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {-1});
    NDArray weight = parameters.create("weight", 1);
    TrainingObjective broken =
        new TrainingObjective() {
          @Override
          public NDArray loss(int step, NDManager scope) {
            return scope.create(1f).mul(weight).sqrt().sum();
          }

          @Override
          public String heldOut() {
            return "";
          }
        };
    assertThatThrownBy(
            () ->
                new TrainingLoop(memory, settings(0.1), told::add)
                    .run(parameters, broken, Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("loss is NaN at step 1")
        .hasMessageContaining("learning rate");
  }

  @Test
  void namesAreGivenOnce() {
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {0});
    parameters.create("weight", 1);
    assertThatThrownBy(() -> parameters.create("weight", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight is there already");
    assertThat(parameters.size()).isEqualTo(1);
  }
}
