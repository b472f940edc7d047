package io.cropvqa.training.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.localization.AttentionLocalizer;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingListener;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings of a few steps on a tiny model and the golden pictures. */
class LocalizerTrainingTest {
  private static final int STEPS = 6;
  private static final List<String> PICTURES = List.of("wide", "tall", "square", "grey");

  @TempDir Path folder;
  private static FrozenModel frozen;

  @BeforeAll
  static void open() {
    frozen =
        FrozenModel.open(GoldenCheckpoint.of("llava", "gqa-tied-sharded-bf16").directory(), "cpu");
  }

  @AfterAll
  static void close() {
    frozen.close();
  }

  private static List<RegionExample> examples() {
    List<RegionExample> examples = new ArrayList<>();
    for (String picture : PICTURES) {
      examples.add(
          new RegionExample(picture, "where is the car", "left", new ContextualRegion(0, 2, 3, 5)));
      examples.add(
          new RegionExample(
              picture, "how many cows are there", "whole", ContextualRegion.WHOLE_IMAGE));
    }
    return examples;
  }

  private TrainingSettings settings(String out, long seed, boolean resume) {
    return new TrainingSettings(
        folder.resolve(out),
        new TrainingLimit.Steps(STEPS),
        4,
        LearningRate.of(0.001),
        seed,
        1 << 20,
        Duration.ZERO,
        Duration.ZERO,
        resume,
        "golden");
  }

  /** Listens, and fails when a step is told. */
  private record Listener(List<TrainingProgress> told, int failsAt) implements TrainingListener {
    @Override
    public void encoded(int done, int all) {
      assertThat(done).isBetween(1, all);
    }

    @Override
    public void trained(TrainingProgress progress) {
      told.add(progress);
      if (progress.step() == failsAt) {
        throw new IllegalStateException("killed");
      }
    }
  }

  private Map<String, LocalizerScore> train(TrainingSettings settings, int failsAt)
      throws IOException {
    return new LocalizerTraining(frozen, settings, new Listener(new ArrayList<>(), failsAt))
        .run(examples(), Golden::picture);
  }

  private byte[] weights(String out) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve("localizer/model.safetensors"));
  }

  @Test
  void theSeedDecidesTheWeights() throws Exception {
    Map<String, LocalizerScore> scores = train(settings("a", 1, false), -1);
    train(settings("b", 1, false), -1);
    train(settings("c", 2, false), -1);

    assertThat(weights("b")).isEqualTo(weights("a"));
    assertThat(weights("c")).isNotEqualTo(weights("a"));
    assertThat(folder.resolve("a").toFile().list()).containsExactly("localizer");
    assertThat(scores).containsOnlyKeys("left", "whole");
    assertThat(scores.get("whole").trueArea()).isEqualTo(1);
    assertThat(LocalizerScore.all(scores).questions()).isEqualTo(2);
  }

  @Test
  void resumedIsAsUninterrupted() throws Exception {
    train(settings("whole", 1, false), -1);
    assertThatThrownBy(() -> train(settings("halves", 1, false), 4)).hasMessage("killed");
    assertThat(folder.resolve("halves").toFile().list()).containsExactly("localizer-checkpoint");

    train(settings("halves", 1, true), -1);

    assertThat(weights("halves")).isEqualTo(weights("whole"));
    assertThat(folder.resolve("halves").toFile().list()).containsExactly("localizer");
  }

  @Test
  void anotherTrainingIsNotGoneOnWith() {
    assertThatThrownBy(() -> train(settings("halves", 1, false), 4)).hasMessage("killed");
    assertThatThrownBy(() -> train(settings("halves", 2, true), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--seed was 1");
    assertThatThrownBy(() -> train(settings("elsewhere", 1, true), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--resume: ")
        .hasMessageContaining("holds no checkpoint");
  }

  @Test
  void whatWasTrainedLocates() throws Exception {
    train(settings("out", 1, false), -1);
    try (AttentionLocalizer localizer =
            new AttentionLocalizer(folder.resolve("out"), frozen.model(), OptionalDouble.empty());
        NDManager scope = frozen.model().newScope()) {
      var picture = Golden.picture("wide");
      var tokens = frozen.model().encode(picture, scope);
      assertThat(localizer.locate(picture, tokens, "where is the car").confidence())
          .isBetween(0.0, 1.0);
    }
  }

  @Test
  void dataThatDoesNotDoIsNamed() {
    assertThatThrownBy(
            () ->
                new LocalizerTraining(
                        frozen, settings("out", 1, false), new Listener(new ArrayList<>(), -1))
                    .run(examples().subList(0, 2), Golden::picture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 pictures, the data set has 1");
    TrainingSettings small =
        new TrainingSettings(
            folder,
            new TrainingLimit.Steps(1),
            4,
            LearningRate.of(0.001),
            1,
            1024,
            Duration.ZERO,
            Duration.ZERO,
            false,
            "golden");
    assertThatThrownBy(() -> train(small, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("visual tokens of 4 pictures take")
        .hasMessageContaining("at most 1 pictures");
  }

  @Test
  void nothingIsLeftInMemory() throws Exception {
    train(settings("before", 1, false), -1);
    int before = arraysHeld();
    train(settings("after", 1, false), -1);
    assertThat(arraysHeld()).isEqualTo(before);
  }

  private static int arraysHeld() {
    try (NDManager scope = frozen.model().newScope()) {
      return scope.getParentManager().getManagedArrays().size();
    }
  }
}
