package io.cropvqa.training.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingListener;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.TrainingSettings;
import io.cropvqa.training.plc.PlcTraining.Choices;
import io.cropvqa.training.plc.PlcTraining.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings of a few steps on a tiny model and the golden pictures. */
class PlcTrainingTest {
  private static final int STEPS = 6;
  private static final List<String> PICTURES = List.of("wide", "tall", "square", "grey");
  private static final Choices ALONE = new Choices(List.of(2, 4), true, false);
  private static final Choices JOINT = new Choices(List.of(2, 4), true, true);

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

  private static List<AnswerExample> examples() {
    List<AnswerExample> examples = new ArrayList<>();
    Optional<ContextualRegion> region = Optional.of(new ContextualRegion(0, 2, 3, 5));
    for (String picture : PICTURES) {
      examples.add(new AnswerExample(picture, "where is the car", "left", region));
      examples.add(new AnswerExample(picture, "how many cows", "two cows", Optional.empty()));
    }
    return examples;
  }

  private TrainingSettings settings(String out, long seed, int batch, boolean resume) {
    return new TrainingSettings(
        folder.resolve(out),
        new TrainingLimit.Steps(STEPS),
        batch,
        LearningRate.of(0.01),
        seed,
        1 << 20,
        Duration.ZERO,
        Duration.ZERO,
        resume,
        "golden");
  }

  private TrainingSettings settings(String out, long seed, boolean resume) {
    return settings(out, seed, 4, resume);
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

  private static Map<Integer, Comparison> train(
      TrainingSettings settings, Choices choices, int failsAt) throws IOException {
    return new PlcTraining(frozen, settings, choices, new Listener(new ArrayList<>(), failsAt))
        .run(examples(), Golden::picture, RegionFinder.TRUE_REGIONS);
  }

  private byte[] weights(String out) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve("plc/plc.safetensors"));
  }

  private List<String> inside(String out) {
    return Arrays.stream(folder.resolve(out).toFile().list()).sorted().toList();
  }

  @Test
  void theSeedDecidesTheWeights() throws Exception {
    Map<Integer, Comparison> scores = train(settings("a", 1, false), ALONE, -1);
    train(settings("b", 1, false), ALONE, -1);
    train(settings("c", 2, false), ALONE, -1);

    assertThat(weights("b")).isEqualTo(weights("a"));
    assertThat(weights("c")).isNotEqualTo(weights("a"));
    assertThat(inside("a")).containsExactly("plc");
    assertThat(scores).containsOnlyKeys(2, 4);
    for (Comparison score : scores.values()) {
      assertThat(score.pooled().questions()).isEqualTo(2); // the last picture's
      assertThat(score.trained().questions()).isEqualTo(2);
      assertThat(score.trained().loss()).isPositive();
      assertThat(score.trained().right()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void resumedIsAsUninterrupted() throws Exception {
    train(settings("whole", 1, false), ALONE, -1);
    assertThatThrownBy(() -> train(settings("halves", 1, false), ALONE, 4)).hasMessage("killed");
    assertThat(inside("halves")).containsExactly("plc-checkpoint");

    train(settings("halves", 1, true), ALONE, -1);

    assertThat(weights("halves")).isEqualTo(weights("whole"));
    assertThat(inside("halves")).containsExactly("plc");
  }

  @Test
  void anotherTrainingIsNotGoneOnWith() {
    assertThatThrownBy(() -> train(settings("halves", 1, false), ALONE, 4)).hasMessage("killed");
    Choices others = new Choices(List.of(2), true, false);
    assertThatThrownBy(() -> train(settings("halves", 1, true), others, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--budgets was [2, 4]");
    assertThatThrownBy(() -> train(settings("halves", 1, true), JOINT, -1))
        .hasMessageContaining("--joint was false");
    assertThatThrownBy(() -> train(settings("elsewhere", 1, true), ALONE, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds no checkpoint");
  }

  /** A question alone in its step may have no use for one of the banks, or for both. */
  @Test
  void oneQuestionAStepWillDo() throws Exception {
    Choices choices = new Choices(List.of(1, 2, 5, 8), true, false);
    train(settings("out", 3, 1, false), choices, -1);
    assertThat(inside("out")).containsExactly("plc");
  }

  @Test
  void whatWasTrainedCompresses() throws Exception {
    Path model = folder.resolve("model");
    copyModel(model);
    train(settings("model", 1, false), ALONE, -1);
    try (VisionLanguageModel opened = Checkpoints.open(model, Torch.open(Device.cpu()));
        NDManager scope = opened.newScope()) {
      VisualTokens tokens = opened.encode(Golden.picture("wide"), scope);
      float[] pooled = compressed("plc-pool", opened, tokens);
      assertThat(compressed("plc", opened, tokens)).hasSameSizeAs(pooled).isNotEqualTo(pooled);
    }
  }

  private static float[] compressed(String method, VisionLanguageModel model, VisualTokens tokens) {
    return QuestionPruning.of(
            new PruningPlan(method, 3),
            tokens.layout(),
            ContextualRegion.WHOLE_IMAGE,
            model.words("where is the car"),
            model.languageModel().config().numHiddenLayers(),
            new PruningMethods(PruningSettings.DEFAULTS, model.plc()))
        .compress(tokens)
        .embeddings()
        .toFloatArray();
  }

  private static void copyModel(Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : filesOf(frozen.directory())) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** The decoder's layers and last norm change; encoder, projector and word embeddings don't. */
  @Test
  void jointTrainingWritesAnotherModel() throws Exception {
    train(settings("joint", 1, false), JOINT, -1);
    Path model = folder.resolve("joint");
    assertThat(inside("joint"))
        .contains("config.json", "tokenizer.json", "model.safetensors", "plc")
        .doesNotContain("plc-checkpoint", "model.safetensors.index.json")
        .noneMatch(name -> name.startsWith("model-")); // shards
    try (NDManager memory = Torch.open(Device.cpu());
        VisionLanguageModel opened = Checkpoints.open(model, Torch.open(Device.cpu()))) {
      assertThat(opened.plc()).isPresent();
      assertThat(opened.revision()).isNotEqualTo(frozen.model().revision());
      Weights before = Checkpoints.weights(frozen.directory(), memory);
      Weights after = Checkpoints.weights(model, memory);
      assertThat(after.shapes().keySet()).isEqualTo(before.shapes().keySet());
      before
          .shapes()
          .forEach(
              (name, shape) ->
                  assertThat(
                          Arrays.equals(
                              after.get(name, shape).toFloatArray(),
                              before.get(name, shape).toFloatArray()))
                      .as(name)
                      .isEqualTo(!isLearned(name)));
    }
  }

  private static boolean isLearned(String name) {
    return name.startsWith("language_model.") && !name.contains("embed_tokens");
  }

  @Test
  void jointTrainingResumesAsUninterruptedToo() throws Exception {
    train(settings("whole", 1, false), JOINT, -1);
    assertThatThrownBy(() -> train(settings("halves", 1, false), JOINT, 4)).hasMessage("killed");
    train(settings("halves", 1, true), JOINT, -1);
    assertThat(weights("halves")).isEqualTo(weights("whole"));
    assertThat(Files.readAllBytes(folder.resolve("halves/model.safetensors")))
        .isEqualTo(Files.readAllBytes(folder.resolve("whole/model.safetensors")));
  }

  @Test
  void whatDoesNotDoIsNamed() {
    int tokens = frozen.model().languageModel().config().vocabSize();
    Choices large = new Choices(List.of(2, tokens), true, false);
    assertThatThrownBy(() -> train(settings("out", 1, false), large, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--budgets: %d leaves nothing to compress".formatted(tokens));
    assertThatThrownBy(() -> new Choices(List.of(4, 0), true, false))
        .hasMessage("--budgets must be numbers above 0, got [4, 0]");
    assertThatThrownBy(
            () ->
                new PlcTraining(
                        frozen,
                        new TrainingSettings(
                            frozen.directory(),
                            new TrainingLimit.Steps(1),
                            1,
                            LearningRate.of(0.1),
                            1,
                            1 << 20,
                            Duration.ZERO,
                            Duration.ZERO,
                            false,
                            "golden"),
                        JOINT,
                        new Listener(new ArrayList<>(), -1))
                    .run(examples(), Golden::picture, RegionFinder.TRUE_REGIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is the model's own directory: --joint writes another model");
  }

  @Test
  void regionsAreThoseOfWhoeverIsAsked() throws Exception {
    List<String> asked = new ArrayList<>();
    RegionFinder corner =
        (example, image, tokens) -> {
          asked.add(example.question());
          return new ContextualRegion(0, 0, 1, 1);
        };
    new PlcTraining(
            frozen,
            settings("corner", 1, false),
            new Choices(List.of(2, 4), false, false),
            new Listener(new ArrayList<>(), -1))
        .run(examples(), Golden::picture, corner);
    train(settings("true", 1, false), ALONE, -1);
    assertThat(asked).hasSize(8);
    assertThat(weights("corner")).isNotEqualTo(weights("true"));
  }

  @Test
  void nothingIsLeftInMemory() throws Exception {
    train(settings("before", 1, false), ALONE, -1);
    int before = arraysHeld();
    train(settings("after", 1, false), ALONE, -1);
    assertThat(arraysHeld()).isEqualTo(before);
  }

  private static int arraysHeld() {
    try (NDManager scope = frozen.model().newScope()) {
      return scope.getParentManager().getManagedArrays().size();
    }
  }

  @Test
  void scoresAddUp() {
    PlcScore both = new PlcScore(1, 4, 1).and(new PlcScore(3, 2, 0));
    assertThat(both.questions()).isEqualTo(4);
    assertThat(both.loss()).isCloseTo(2.5, within(1e-12));
    assertThat(both.right()).isCloseTo(0.25, within(1e-12));
    assertThat(PlcScore.NONE.and(PlcScore.NONE)).isEqualTo(PlcScore.NONE);
  }
}
