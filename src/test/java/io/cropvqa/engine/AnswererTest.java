package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import io.cropvqa.Samples;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.domain.StageTimings;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.RegionLocalizer;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One question on the bundled model: what its options do, and what its answer says. */
class AnswererTest {
  private static final int N = 256;
  private static final ModelIdentity IDENTITY = new ModelIdentity("crop-scenes-2m", "r1", "cpu");
  private static final QuestionOptions NOTHING = QuestionOptions.DEFAULTS;

  private static VisionLanguageModel model;
  private static Localization localization;
  private static Samples.Sample sample;

  @BeforeAll
  static void load() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    localization =
        new Localization(
            Optional.of(new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS)),
            new Localization.Settings(0.05, 1 << 20));
    sample =
        Samples.all().stream()
            .filter(one -> one.id().equals("scene-00-rev-color-1"))
            .findFirst()
            .orElseThrow();
  }

  @AfterAll
  static void close() {
    localization.close();
    model.close();
  }

  private static EngineSettings settings(long kvCacheMaxBytes, Sampler.Settings sampling) {
    return new EngineSettings(
        "crop", OptionalInt.empty(), 0.25, 8, kvCacheMaxBytes, sampling, PruningSettings.DEFAULTS);
  }

  private static Answerer answerer(long kvCacheMaxBytes) {
    return new Answerer(
        model, localization, settings(kvCacheMaxBytes, Sampler.Settings.GREEDY), IDENTITY);
  }

  private static Answer answer(String question, QuestionOptions options) {
    return answerer(1L << 30).answer(request(question, options));
  }

  private static InferenceRequest request(String question, QuestionOptions options) {
    ImageRef image = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion("q-1", image, question, options), sample.image(), new StageClock());
  }

  private static QuestionOptions options(String pruning, int visualTokens, int maxNewTokens) {
    return new QuestionOptions(
        Optional.of(pruning),
        OptionalInt.of(visualTokens),
        OptionalInt.of(maxNewTokens),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  @Test
  void settingsHoldWhereTheQuestionSaysNothing() {
    Answer answer = answer(sample.question(), NOTHING);
    assertThat(answer.id()).isEqualTo("q-1");
    assertThat(answer.text()).isEqualTo(sample.expected());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.model()).isEqualTo(IDENTITY);
    assertThat(answer.region().source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
    assertThat(answer.pruning().plan()).isEqualTo(new PruningPlan("crop", N / 4));
  }

  @Test
  void optionsWinOverSettings() {
    Answer answer = answer(sample.question(), options("random", 40, 1));
    assertThat(answer.pruning().plan()).isEqualTo(new PruningPlan("random", 40));
    assertThat(answer.pruning().visualTokensPerLayer()).containsOnly(40);
  }

  /** Each image's region is the one that a question about it alone has. */
  @Test
  void severalImagesAreSeenTogetherAndLocalizedOneByOne() {
    RgbImage other = Samples.all().get(Samples.all().size() - 1).image();
    Answer one = answer(sample.question(), NOTHING);
    Answer second = answerer(1L << 30).answer(about(List.of(other), NOTHING));
    Answer both = answerer(1L << 30).answer(about(List.of(sample.image(), other), NOTHING));
    assertThat(both.regions()).containsExactly(one.region(), second.region());
    assertThat(both.region()).isEqualTo(one.region());
    assertThat(both.pruning().plan()).isEqualTo(new PruningPlan("crop", 2 * N / 4));
    assertThat(both.pruning().visualTokensBefore()).isEqualTo(2 * N);
    assertThat(both.pruning().averageVisualTokens()).isBetween(2 * N / 4 - 2.0, 2 * N / 4.0);
    assertThat(both.pruning().keptPatches()).hasSize(both.pruning().visualTokensAfter());
  }

  @Test
  void everyImageNeedsAToken() {
    assertFailure(
        answerer(1L << 30),
        about(List.of(sample.image(), sample.image()), options("crop", 1, 1)),
        FailureCode.INVALID_OPTION,
        "options.visualTokens is 1 for 2 images, each of which needs at least one: raise it to 2");
  }

  @Test
  void pictureThatIsAskedAboutTwiceIsTwoImages() {
    Answer twice =
        answerer(1L << 30)
            .answer(about(List.of(sample.image(), sample.image()), options("divprune", 41, 1)));
    assertThat(twice.pruning().visualTokensPerLayer()).containsOnly(41);
  }

  private static InferenceRequest about(List<RgbImage> images, QuestionOptions options) {
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion(
            "q-1", Collections.nCopies(images.size(), nowhere), sample.question(), options),
        images,
        new StageClock());
  }

  @Test
  void unknownMethodIsRefusedBeforeAnythingRuns() {
    assertFailure(
        answerer(1L << 30),
        request(sample.question(), options("fastvv", 40, 1)),
        FailureCode.INVALID_OPTION,
        "options.pruning \"fastvv\" is unknown: use one of [");
  }

  /** No method computes past the largest number. */
  @Test
  void aBudgetBeyondAllMeasureKeepsEverything() {
    for (String method : PruningMethods.names()) {
      Answer answer = answer(sample.question(), options(method, Integer.MAX_VALUE, 1));
      assertThat(answer.pruning().averageVisualTokens()).as(method).isEqualTo(N);
    }
  }

  @Test
  void questionLongerThanTheModelIsRefused() {
    int places = model.languageModel().config().maxPositionEmbeddings();
    assertFailure(
        answerer(1L << 30),
        request("what is on the cow? ".repeat(places / 6), NOTHING),
        FailureCode.QUESTION_TOO_LONG,
        "the model has places for " + places);
    assertFailure(
        answerer(1L << 30),
        request(sample.question(), options("none", N, Integer.MAX_VALUE)),
        FailureCode.QUESTION_TOO_LONG,
        "lower options.maxNewTokens");
  }

  /** The limit is on prompt and answer together: exactly so many bytes will do, one less won't. */
  @Test
  void keysAndValuesBeyondTheLimitAreRefused() {
    LanguageModelConfig config = model.languageModel().config();
    QuestionOptions options = options("none", N, 5);
    long tokens = answer(sample.question(), options).usage().promptTokens() + 5L;
    long bytes = tokens * config.numHiddenLayers() * config.kvBytesPerTokenAndLayer();
    InferenceRequest request = request(sample.question(), options);
    assertThat(answerer(bytes).answer(request).text()).isNotEmpty();
    assertFailure(
        answerer(bytes - 1),
        request,
        FailureCode.QUESTION_TOO_LONG,
        "keys and values would take %d bytes, crop.kv-cache-max-bytes is %d"
            .formatted(bytes, bytes - 1));
  }

  private static void assertFailure(
      Answerer answerer, InferenceRequest request, FailureCode code, String message) {
    assertThatThrownBy(() -> answerer.answer(request))
        .isInstanceOfSatisfying(
            QuestionFailure.class, failure -> assertThat(failure.code()).isEqualTo(code))
        .hasMessageContaining(message);
    assertThat(answerer.kvCacheBytes()).isZero();
  }

  @Test
  void providedRegionIsLookedAt() {
    ContextualRegion corner = new ContextualRegion(0, 0, 1, 1);
    QuestionOptions options =
        new QuestionOptions(
            Optional.of("ilp"),
            OptionalInt.of(60),
            OptionalInt.empty(),
            Optional.of(corner),
            Optional.empty(),
            0);
    Answer answer = answer(sample.question(), options);
    assertThat(answer.region())
        .isEqualTo(new LocatedRegion(corner, LocatedRegion.Source.PROVIDED, 1));
    assertThat(
            answer.pruning().keptPatches().stream()
                .filter(patch -> corner.toBox().contains(patch.centreX(), patch.centreY())))
        .as("all 4x4 patches of the region")
        .hasSize(16);
  }

  @Test
  void deadlineEndsTheGeneration() {
    Answer answer =
        answer(
            sample.question(),
            new QuestionOptions(
                Optional.of("none"),
                OptionalInt.empty(),
                OptionalInt.of(8),
                Optional.empty(),
                Optional.of(Instant.now().minusSeconds(1)),
                0));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.DEADLINE);
    assertThat(answer.tokenIds()).hasSize(1);
  }

  @Test
  void generationEndsAtItsLength() {
    Answer answer = answer(sample.question(), options("none", N, 1));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.tokenIds()).hasSize(1);
    assertThat(answer.usage().completionTokens()).isEqualTo(1);
  }

  @Test
  void everyStageIsTimed() {
    StageTimings timings = answer(sample.question(), NOTHING).timings();
    assertThat(timings.stages())
        .containsOnlyKeys(
            Stage.ENCODE, Stage.LOCALIZE, Stage.COMPRESS, Stage.PREFILL, Stage.GENERATE);
    assertThat(timings.of(Stage.ENCODE)).isPositive();
    assertThat(timings.of(Stage.PREFILL)).isPositive();
    Duration stages = timings.stages().values().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(stages).isLessThanOrEqualTo(timings.total());
    assertThat(timings.timeToFirstToken())
        .isPositive()
        .isGreaterThanOrEqualTo(timings.of(Stage.PREFILL))
        .isLessThanOrEqualTo(timings.total());
  }

  /** The numbers of one pruned answer, recomputed from the shapes that it says ran. */
  @Test
  void statisticsAreThoseOfTheShapes() {
    LanguageModelConfig config = model.languageModel().config();
    Answer pruned = answer(sample.question(), options("crop", 100, 4));
    Answer full = answer(sample.question(), options("none", N, 4));
    PruningStatistics statistics = pruned.pruning();
    int text = full.usage().promptTokens() - N;
    assertThat(statistics.visualTokensBefore()).isEqualTo(N);
    assertThat(statistics.visualTokensCompressed()).isEqualTo(125);
    assertThat(pruned.usage().promptTokens()).isEqualTo(text + 125);
    assertThat(statistics.visualTokensPerLayer())
        .containsExactly(125, 125, 125, 125, 75, 75, 75, 75);
    assertThat(statistics.visualTokensAfter()).isEqualTo(75);
    assertThat(statistics.averageVisualTokens()).isEqualTo(100);
    assertThat(statistics.keptPatches()).hasSize(75).doesNotHaveDuplicates();
    assertThat(statistics.kvCacheBytes())
        .isEqualTo((text + 75L) * 8 * config.kvBytesPerTokenAndLayer());
    assertThat(statistics.kvCacheBytesFull())
        .isEqualTo(full.pruning().kvCacheBytes())
        .isEqualTo((text + (long) N) * 8 * config.kvBytesPerTokenAndLayer());
    assertThat(statistics.prefillFlopsFull())
        .isEqualTo(full.pruning().prefillFlops())
        .isEqualTo(8 * config.prefillFlops(text + N));
    long layers = 4 * config.prefillFlops(text + 125) + 4 * config.prefillFlops(text + 75);
    assertThat(statistics.prefillFlops()).isIn(layers, layers + config.rankingFlops(text + 125, 1));
  }

  /** Ranking inside a region that's too large costs one query row, and is counted. */
  @Test
  void rankingIsCounted() {
    LanguageModelConfig config = model.languageModel().config();
    QuestionOptions options =
        new QuestionOptions(
            Optional.of("ilp"),
            OptionalInt.of(150),
            OptionalInt.of(1),
            Optional.of(ContextualRegion.WHOLE_IMAGE),
            Optional.empty(),
            0);
    Answer answer = answer(sample.question(), options);
    int full = answer.usage().promptTokens();
    int left = full - N + answer.pruning().visualTokensAfter();
    assertThat(answer.pruning().visualTokensPerLayer())
        .containsExactly(N, N, 114, 114, 114, 114, 114, 114);
    assertThat(answer.pruning().prefillFlops())
        .isEqualTo(
            2 * config.prefillFlops(full)
                + 6 * config.prefillFlops(left)
                + config.rankingFlops(full, 1));
  }

  @Test
  void aMethodThatUsesNoRegionPrunesAlikeWhateverItIs() {
    for (String method : Samples.methods()) {
      List<ImageBox> topLeft = kept(method, new ContextualRegion(0, 0, 1, 1));
      List<ImageBox> bottomRight = kept(method, new ContextualRegion(5, 5, 7, 7));
      assertThat(topLeft.equals(bottomRight))
          .as(method)
          .isEqualTo(!PruningMethods.usesRegion(method));
    }
  }

  private static List<ImageBox> kept(String method, ContextualRegion region) {
    QuestionOptions options =
        new QuestionOptions(
            Optional.of(method),
            OptionalInt.of(28),
            OptionalInt.of(1),
            Optional.of(region),
            Optional.empty(),
            0);
    return answer(sample.question(), options).pruning().keptPatches();
  }

  @Test
  void memoryIsCountedAndGivenBack() {
    Answerer answerer = answerer(1L << 30);
    assertThat(answerer.memoryUsedBytes()).isEqualTo(model.weightBytes());
    assertThat(answerer.kvCacheCapacityBytes()).isEqualTo(1L << 30);
    answerer.answer(request(sample.question(), NOTHING));
    assertThat(answerer.kvCacheBytes()).isZero();
    assertThat(answerer.memoryUsedBytes()).isEqualTo(model.weightBytes());
  }

  /** Many may be prepared and wait, and the largest thing that a question needs is its picture. */
  @Test
  void whatAPromptIsMadeFromIsFreedBeforeItRuns() {
    List<VisualTokens> seen = new ArrayList<>();
    RegionLocalizer looking =
        new RegionLocalizer() {
          @Override
          public String revision() {
            return "looking";
          }

          @Override
          public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
            seen.add(tokens);
            return LocatedRegion.wholeImage();
          }
        };
    Answerer answerer =
        new Answerer(
            model,
            new Localization(Optional.of(looking), new Localization.Settings(0, 0)),
            settings(1L << 30, Sampler.Settings.GREEDY),
            IDENTITY);
    try (AnswerDraft draft = answerer.prepare(request(sample.question(), NOTHING))) {
      NDArray encoded = seen.get(0).embeddings();
      assertThat(((PtNDArray) encoded).isReleased()).isTrue();
      answerer.step(List.of(draft));
      assertThat(answerer.kvCacheBytes()).isPositive();
    }
  }

  @Test
  void samplingRepeatsItself() {
    Sampler.Settings hot = new Sampler.Settings(3, 1, 17);
    Answerer answerer = new Answerer(model, localization, settings(1L << 30, hot), IDENTITY);
    InferenceRequest request = request(sample.question(), NOTHING);
    assertThat(answerer.answer(request).tokenIds()).isEqualTo(answerer.answer(request).tokenIds());
  }

  @Test
  void whoUsesNoRegionHasNoneLookedFor() {
    assertThat(answer(sample.question(), options("none", N, 1)).region())
        .isEqualTo(LocatedRegion.wholeImage());
    assertThat(answer(sample.question(), options("divprune", 28, 1)).region())
        .isEqualTo(LocatedRegion.wholeImage());
  }

  /** A remembered region must not stand in for the localizer when it is probed. */
  @Test
  void everyProbeAsksTheLocalizer() {
    AtomicInteger asked = new AtomicInteger();
    RegionLocalizer counting =
        new RegionLocalizer() {
          @Override
          public String revision() {
            return "counting";
          }

          @Override
          public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
            asked.incrementAndGet();
            return LocatedRegion.fallback(0);
          }
        };
    Localization probed =
        new Localization(Optional.of(counting), new Localization.Settings(0, 1 << 20));
    Answerer answerer =
        new Answerer(model, probed, settings(1L << 30, Sampler.Settings.GREEDY), IDENTITY);
    answerer.probe();
    answerer.probe();
    assertThat(asked).hasValue(2);
  }
}
