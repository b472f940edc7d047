package io.cropvqa.training.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.TinyModel;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.plc.PlcWeightNames;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.AdamW;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.Parameters;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingLoop;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.plc.PlcDraw.Drawn;
import io.cropvqa.training.plc.PlcPicture.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loss of answers to compressed pictures on a tiny model, and its way down. */
class PlcObjectiveTest {
  private static final ContextualRegion REGION = new ContextualRegion(0, 0, 4, 7);
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("where is the car", new int[] {11, 7, 2}, REGION),
          new Question("how many cows", new int[] {9}, ContextualRegion.WHOLE_IMAGE));

  @TempDir Path folder;
  private TinyModel tiny;
  private NDManager memory;
  private Parameters parameters;
  private PruningMethods methods;
  private List<PlcPicture> pictures;

  @BeforeEach
  void open() {
    tiny = new TinyModel(GoldenCheckpoint.of("llava", "gqa-tied-sharded-bf16"));
    memory = tiny.model().newScope();
    PlcInitializer untrained = new PlcInitializer(1);
    // Something must be added already, or all weights behind it have no gradient yet.
    parameters =
        new Parameters(
            memory, (name, shape) -> untrained.of(name.replace("o_proj", "v_proj"), shape));
    int width = tiny.languageModel().config().hiddenSize();
    PlcNetwork network = PlcWeightNames.network(PlcConfig.of(width), parameters::create);
    methods = new PruningMethods(PruningSettings.DEFAULTS, Optional.of(network));
    pictures =
        List.of(
            PlcPicture.of(tiny.tokens("wide"), QUESTIONS, memory),
            PlcPicture.of(tiny.tokens("tall"), QUESTIONS, memory));
  }

  @AfterEach
  void close() {
    memory.close();
    tiny.close();
  }

  private List<Drawn> batch() {
    return List.of(
        new Drawn(pictures.get(0), QUESTIONS.get(0), REGION, 4),
        new Drawn(pictures.get(1), QUESTIONS.get(1), ContextualRegion.WHOLE_IMAGE, 2));
  }

  private double loss() {
    try (NDManager scope = memory.newSubManager()) {
      return Autograd.untracked(() -> logits(batch(), scope).loss().getFloat());
    }
  }

  private AnswerLogits logits(List<Drawn> batch, NDManager scope) {
    return AnswerLogits.of(batch, "plc", methods, tiny.model(), scope);
  }

  /**
   * Each parameter's gradient against the slope of the loss along it. Tracked and untracked
   * attention are different code, so this holds them to each other too.
   */
  @Test
  void gradientsAreSlopes() {
    double tracked;
    try (NDManager scope = memory.newSubManager()) {
      tracked = Autograd.backward(() -> logits(batch(), scope).loss());
    }
    assertThat(loss()).isCloseTo(tracked, within(1e-5));
    for (Map.Entry<String, NDArray> parameter : parameters.all().entrySet()) {
      float[] gradient = Autograd.gradient(parameter.getValue()).toFloatArray();
      double length = Math.sqrt(sumOfSquares(gradient));
      assertThat(length).as(parameter.getKey()).isPositive();
      float step = (float) (0.02 / length);
      double slope =
          (along(parameter.getValue(), gradient, step)
                  - along(parameter.getValue(), gradient, -step))
              / (2 * step * length);
      assertThat(slope)
          .as("slope along the gradient of %s", parameter.getKey())
          .isCloseTo(length, within(0.05 * length + 2e-4));
    }
  }

  /** The loss with a parameter moved. */
  private double along(NDArray parameter, float[] direction, float step) {
    try (NDManager scope = memory.newSubManager()) {
      NDArray move = scope.create(direction, parameter.getShape()).mul(step);
      Autograd.untracked(() -> parameter.addi(move));
      double loss = loss();
      Autograd.untracked(() -> parameter.subi(move));
      return loss;
    }
  }

  private static double sumOfSquares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  /** A batch has the loss of its questions, each weighed by the tokens of its answer. */
  @Test
  void lossOfABatchIsTheMeanOverItsTokens() {
    try (NDManager scope = memory.newSubManager()) {
      double first = logits(batch().subList(0, 1), scope).loss().getFloat();
      double second = logits(batch().subList(1, 2), scope).loss().getFloat();
      assertThat(loss()).isCloseTo((3 * first + second) / 4, within(1e-5));
    }
  }

  @Test
  void rightIsWhatTheModelWouldSay() {
    Drawn asked = batch().get(1);
    try (NDManager scope = memory.newSubManager()) {
      AnswerLogits said = logits(List.of(asked), scope);
      int likeliest = Sampler.argMax(said.logits().toFloatArray());
      assertThat(said.right()).containsExactly(likeliest == 9);
      Question other =
          new Question(
              asked.question().text(), new int[] {likeliest}, ContextualRegion.WHOLE_IMAGE);
      Drawn easy = new Drawn(asked.picture(), other, asked.region(), asked.budget());
      assertThat(logits(List.of(easy), scope).right()).containsExactly(true);
    }
  }

  @Test
  void trainingLowersTheLossOfWhatItIsShown() throws Exception {
    PlcHeldOut shown = new PlcHeldOut(tiny.model(), methods, pictures);
    PlcObjective objective =
        new PlcObjective(
            tiny.model(),
            methods,
            new PlcDraw(pictures, List.of(2, 4), false, 4, 1),
            shown,
            List.of(2, 4));
    double before = shown.score("plc", 4, 100).loss();
    TrainingLoop.Settings settings =
        new TrainingLoop.Settings(
            new TrainingLimit.Steps(80),
            LearningRate.of(0.01),
            AdamW.Settings.DEFAULTS,
            folder,
            Duration.ofDays(1),
            Duration.ofDays(1),
            Map.of());
    List<TrainingProgress> told = new ArrayList<>();

    new TrainingLoop(memory, settings, told::add).run(parameters, objective, Optional.empty());

    PlcScore after = shown.score("plc", 4, 100);
    assertThat(after.questions()).isEqualTo(4);
    assertThat(after.loss()).isLessThan(before / 2);
    assertThat(told).last().satisfies(last -> assertThat(last.heldOut()).contains("right "));
  }

  @Test
  void drawsDependOnSeedAndStepAlone() {
    PlcDraw draw = new PlcDraw(pictures, List.of(2, 3, 4), true, 200, 7);
    assertThat(draw.draw(5)).isEqualTo(draw.draw(5)).isNotEqualTo(draw.draw(6));
    assertThat(new PlcDraw(pictures, List.of(2, 3, 4), true, 200, 8).draw(5))
        .isNotEqualTo(draw.draw(5));
    assertThat(draw.draw(1)).extracting(Drawn::budget).contains(2, 3, 4);
  }

  @Test
  void trueRegionsGrowByAtMostABlock() {
    List<Drawn> drawn = new PlcDraw(pictures, List.of(2), true, 2_000, 7).draw(1);
    List<ContextualRegion> regions =
        drawn.stream()
            .filter(one -> one.question() == QUESTIONS.get(0))
            .map(Drawn::region)
            .toList();
    long whole = regions.stream().filter(ContextualRegion::isWholeImage).count();
    assertThat(whole / (double) regions.size()).isCloseTo(1 / 8.0, within(0.04));
    ContextualRegion most = new ContextualRegion(0, 0, 5, 7);
    assertThat(regions)
        .filteredOn(region -> !region.isWholeImage())
        .allMatch(region -> region.contains(REGION) && most.contains(region))
        .contains(REGION, most);
    assertThat(new PlcDraw(pictures, List.of(2), false, 500, 7).draw(1))
        .extracting(Drawn::region)
        .containsOnly(REGION, ContextualRegion.WHOLE_IMAGE);
  }

  @Test
  void networkBeginsAsNothingAdded() {
    PlcInitializer first = new PlcInitializer(3);
    assertThat(first.of("region.o_proj.weight", 4, 6)).containsOnly(0);
    assertThat(first.of("norm.weight", 4)).containsOnly(1);
    assertThat(first.of("norm.bias", 4)).containsOnly(0);
    assertThat(first.of("region.k_proj.weight", 4, 6))
        .isEqualTo(first.of("region.q_proj.weight", 4, 6))
        .isNotEqualTo(first.of("background.q_proj.weight", 4, 6));
    float[] queries = first.of("region.queries", 64, 32);
    assertThat(Math.sqrt(sumOfSquares(queries) / queries.length)).isCloseTo(0.02, within(0.002));
    assertThat(Arrays.equals(queries, new PlcInitializer(4).of("region.queries", 64, 32)))
        .isFalse();
  }
}
