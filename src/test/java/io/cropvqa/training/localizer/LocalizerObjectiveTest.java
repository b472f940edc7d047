package io.cropvqa.training.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.TinyModel;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.localizer.LocalizerConfig;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.AdamW;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.Parameters;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingLoop;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.localizer.EncodedPicture.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures of 4x4 patches, six of which show a word as a projector would that is trained so; where
 * a word is, is asked.
 */
class LocalizerObjectiveTest {
  private static final int SIDE = 4;
  private static final int[] FILLERS = {20, 21, 22};
  private static final int FIRST_WORD = 30;
  private static final int WORDS = 10;

  @TempDir Path folder;
  private static TinyModel tiny;
  private static NDManager memory;

  @BeforeAll
  static void open() {
    tiny = new TinyModel(GoldenCheckpoint.of("llava", "gqa-tied-sharded-bf16"));
    memory = tiny.model().newScope();
  }

  @AfterAll
  static void close() {
    memory.close();
    tiny.close();
  }

  private static EncodedPicture picture(Random random) {
    List<Integer> places = shuffled(SIDE * SIDE, random);
    List<Integer> words = shuffled(WORDS, random);
    int width = tiny.languageModel().config().hiddenSize();
    float[] tokens = new float[SIDE * SIDE * width];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (float) (0.1 * random.nextGaussian());
    }
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int word = FIRST_WORD + words.get(i);
      int place = places.get(i);
      NDArray embedded = tiny.languageModel().embed(new int[] {word}, memory);
      float[] shown = embedded.div(embedded.abs().mean()).toFloatArray();
      for (int d = 0; d < width; d++) {
        tokens[place * width + d] += shown[d];
      }
      int x = 2 * (place % SIDE);
      int y = 2 * (place / SIDE);
      ContextualRegion region = new ContextualRegion(x, y, x + 1, y + 1);
      int[] asked =
          i % 2 == 0 ? new int[] {FILLERS[0], FILLERS[1], word} : new int[] {FILLERS[2], word};
      questions.add(new Question(asked, i % 2 == 0 ? "long" : "short", region));
    }
    NDArray embeddings = memory.create(tokens, new Shape(SIDE * SIDE, width));
    PatchGrid grid = new PatchGrid(SIDE, SIDE, new ImageBox(0, 0, 1, 1));
    return EncodedPicture.of(
        VisualTokens.all(embeddings, VisualLayout.of(grid)), questions, memory);
  }

  private static List<Integer> shuffled(int count, Random random) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(numbers, random);
    return numbers;
  }

  private static List<EncodedPicture> pictures(int count, Random random) {
    return IntStream.range(0, count).mapToObj(i -> picture(random)).toList();
  }

  @Test
  void regionsOfUnseenPicturesAreFoundAfterTraining() throws Exception {
    Random random = new Random(5);
    List<EncodedPicture> heldOut = pictures(20, random);
    LocalizerConfig config = new LocalizerConfig(32, 32, 64, 2, 2, 8, 0.9);
    Parameters parameters = new Parameters(memory, new LocalizerInitializer(1, 2));
    LocalizerObjective objective =
        new LocalizerObjective(
            tiny.model(),
            new LocalizerNetwork(config, parameters::create),
            new LocalizerBatches(pictures(60, random), 48, 1),
            heldOut);
    LocalizerScore before = LocalizerScore.all(objective.finalScore());
    List<TrainingProgress> told = new ArrayList<>();
    TrainingLoop.Settings settings =
        new TrainingLoop.Settings(
            new TrainingLimit.Steps(200),
            LearningRate.of(0.004),
            AdamW.Settings.DEFAULTS,
            folder,
            Duration.ofDays(1),
            Duration.ofDays(1),
            Map.of());

    new TrainingLoop(memory, settings, told::add).run(parameters, objective, Optional.empty());

    Map<String, LocalizerScore> after = objective.finalScore();
    assertThat(after).containsOnlyKeys("long", "short");
    LocalizerScore all = LocalizerScore.all(after);
    assertThat(all.questions()).isEqualTo(120);
    assertThat(all.loss()).isLessThan(before.loss() / 10);
    assertThat(all.recall()).isGreaterThan(0.9);
    assertThat(all.iou()).isGreaterThan(0.8);
    assertThat(all.trueArea()).isEqualTo(1 / 16.0);
    assertThat(told).last().satisfies(last -> assertThat(last.heldOut()).contains("recall "));
  }

  /** The loss that is trained is the one that is reported. */
  @Test
  void theLossOfABatchIsTheMeanOfItsQuestions() {
    Random random = new Random(6);
    EncodedPicture picture = picture(random);
    LocalizerConfig config = new LocalizerConfig(32, 16, 16, 1, 2, 8, 0.9);
    Parameters parameters = new Parameters(memory, new LocalizerInitializer(2, 1));
    LocalizerNetwork network = new LocalizerNetwork(config, parameters::create);
    LocalizerBatch batch = new LocalizerBatch(List.of(picture), picture.questions());
    LocalizerObjective objective =
        new LocalizerObjective(
            tiny.model(), network, new LocalizerBatches(List.of(picture), 6, 1), List.of(picture));

    try (NDManager scope = tiny.model().newScope()) {
      float trained =
          Autograd.backward(
              () -> batch.loss(batch.logits(network, tiny.languageModel(), scope), scope));
      assertThat((double) trained)
          .isCloseTo(LocalizerScore.all(objective.finalScore()).loss(), within(1e-5));
    }
  }

  @Test
  void seedAndStepDecideWhatIsDrawn() {
    List<EncodedPicture> pictures = pictures(7, new Random(7));
    LocalizerBatches batches = new LocalizerBatches(pictures, 20, 3);
    LocalizerBatch drawn = batches.draw(5);

    assertThat(new LocalizerBatches(pictures, 20, 3).draw(5)).isEqualTo(drawn);
    assertThat(batches.draw(6)).isNotEqualTo(drawn);
    assertThat(new LocalizerBatches(pictures, 20, 4).draw(5)).isNotEqualTo(drawn);
    assertThat(drawn.questions()).hasSize(24).hasSize(6 * drawn.pictures().size());
    for (int i = 0; i < drawn.questions().size(); i++) {
      assertThat(drawn.pictures().get(i / 6).questions()).contains(drawn.questions().get(i));
    }
  }
}
