package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.Samples;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.plc.RandomPlc;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bundled model on the sample jobs: real pictures, real questions, every method and budget. */
class BundledModelTest {
  private static final int[] BUDGETS = {128, 64, 28};

  private static VisionLanguageModel model;
  private static Localization localization;
  private static PlcNetwork plc; // untrained: only its shapes matter here

  @BeforeAll
  static void load() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    plc = RandomPlc.of(model.languageModel().config().hiddenSize(), model.newScope());
    localization =
        new Localization(
            Optional.of(new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS)),
            new Localization.Settings(0.05, 1 << 20));
  }

  @AfterAll
  static void close() {
    localization.close();
    model.close();
  }

  /**
   * Unpruned, every sample gets the very answer that transformers generates from the same
   * checkpoint.
   */
  @Test
  void fullModelAnswersAsTheReference() throws IOException {
    Map<String, String> reference =
        new ObjectMapper()
            .readValue(
                Golden.path("samples", "answers.json").toFile(),
                new TypeReference<Map<String, String>>() {});
    Map<String, String> answers = new LinkedHashMap<>();
    ask("none", 1).forEach(answer -> answers.put(answer.id(), answer.text()));
    assertThat(answers).isEqualTo(reference);
  }

  /** Every picture is encoded once, for all methods and budgets. */
  @Test
  void everyMethodMeetsEveryBudgetOnEverySample() {
    for (Samples.Sample sample : Samples.all()) {
      try (NDManager scope = model.newScope()) {
        ImageQuestion question = request(sample).question();
        VisualTokens tokens = model.encode(sample.image(), scope);
        LocatedRegion region =
            localization.find(question, sample.image(), tokens, new StageClock());
        for (String method : PruningMethods.names()) {
          for (int budget : BUDGETS) {
            if (!method.equals(PruningMethods.NONE)) {
              PruningPlan plan = new PruningPlan(method, budget);
              List<Integer> perLayer = prefill(plan, question, region, tokens, scope);
              double average =
                  perLayer.stream().mapToInt(Integer::intValue).average().orElseThrow();
              assertThat(average)
                  .as("%s on %s: %s", plan, sample.id(), perLayer)
                  .isLessThanOrEqualTo(budget)
                  .isGreaterThan(budget - 1.0);
            }
          }
        }
      }
    }
  }

  /** Visual tokens that each layer worked on. */
  private static List<Integer> prefill(
      PruningPlan plan,
      ImageQuestion question,
      LocatedRegion region,
      VisualTokens tokens,
      NDManager scope) {
    LanguageModel decoder = model.languageModel();
    QuestionPruning pruning =
        QuestionPruning.of(
            plan,
            tokens.layout(),
            region.box(),
            model.words(question.question()),
            decoder.config().numHiddenLayers(),
            new PruningMethods(PruningSettings.DEFAULTS, Optional.of(plc)));
    Prompt prompt = model.prompt(question.question(), pruning.compress(tokens), scope);
    try (Sequence sequence = decoder.sequence(prompt, pruning)) {
      decoder.step(List.of(sequence));
      return sequence.visualTokensPerLayer();
    }
  }

  @Test
  void prunedQuestionsCostLess() {
    for (Answer answer : ask("crop", 128)) {
      PruningStatistics pruning = answer.pruning();
      assertThat(pruning.prefillFlops()).isLessThan(pruning.prefillFlopsFull());
      assertThat(pruning.kvCacheBytes()).isLessThan(pruning.kvCacheBytesFull());
    }
  }

  @Test
  void budgetOfAllTokensGeneratesTheSameTokens() {
    List<List<Integer>> full = ask("none", 1).stream().map(Answer::tokenIds).toList();
    assertThat(ask("crop", 256).stream().map(Answer::tokenIds).toList()).isEqualTo(full);
  }

  /** Blind, the model says the same about every picture, and no layer works on any of it. */
  @Test
  void aBlindAnswerDoesNotDependOnThePicture() {
    Answerer answerer = answerer("crop", 64);
    String question = Samples.all().get(0).question();
    List<Answer> answers =
        Samples.all().stream()
            .limit(30)
            .map(sample -> answerer.answer(blind(sample, question)))
            .toList();

    assertThat(answers).extracting(Answer::tokenIds).containsOnly(answers.get(0).tokenIds());
    assertThat(answers)
        .extracting(answer -> answer.pruning().averageVisualTokens())
        .containsOnly(0.0);
    assertThat(answers.get(0).tokenIds()).isNotEmpty();
  }

  private static InferenceRequest blind(Samples.Sample sample, String question) {
    return request(sample, question, InferenceRequest.Mode.BLIND);
  }

  private static InferenceRequest request(
      Samples.Sample sample, String question, InferenceRequest.Mode mode) {
    ImageRef image = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion(sample.id(), image, question, QuestionOptions.DEFAULTS),
        List.of(sample.image()),
        new StageClock(),
        mode);
  }

  /** It begins with the answer that the model would have ended. */
  @Test
  void anAnswerThatIgnoresItsEndHasTheMostTokensThereMayBe() {
    Answerer answerer = answerer("crop", 64);
    Samples.Sample sample = Samples.all().get(0);
    Answer ended = answerer.answer(request(sample));
    Answer whole =
        answerer.answer(request(sample, sample.question(), InferenceRequest.Mode.IGNORE_EOS));

    assertThat(ended.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(whole.tokenIds())
        .startsWith(ended.tokenIds().toArray(Integer[]::new))
        .hasSizeGreaterThan(ended.tokenIds().size());
    assertThat(whole.usage().completionTokens()).isEqualTo(whole.tokenIds().size());
  }

  @Test
  void unprunedStatisticsAreTheFullOnes() {
    for (Answer answer : ask("none", 1)) {
      PruningStatistics pruning = answer.pruning();
      assertThat(pruning.prefillFlops()).isEqualTo(pruning.prefillFlopsFull());
      assertThat(pruning.kvCacheBytes()).isEqualTo(pruning.kvCacheBytesFull());
      assertThat(pruning.retentionRatio()).isEqualTo(1);
      assertThat(pruning.keptPatches()).hasSize(256);
    }
  }

  /**
   * At 11 % of the tokens the similarity region loses next to nothing, and far less than chance
   * does.
   */
  @Test
  void regionGuidanceBeatsRandomTokensAtElevenPercent() {
    long crop = right(ask("crop", 28));
    long random = right(ask("random", 28));
    assertThat(crop).isGreaterThan(random + 7);
  }

  /** On questions that name what they look at, the region found overlaps the true one. */
  @Test
  void similarityFindsTheTrueRegionOfLookUps() {
    List<Samples.Sample> samples = Samples.all();
    List<Answer> answers = ask("crop", 64);
    double overlap = 0;
    int lookUps = 0;
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i).id().matches(".*-(number|word|color|rev-color|rev-number)-\\d+")) {
        overlap +=
            intersectionOverUnion(
                answers.get(i).region().box(), ContextualRegion.of(samples.get(i).region()));
        lookUps++;
      }
    }
    assertThat(lookUps).isGreaterThan(30);
    assertThat(overlap / lookUps).isGreaterThan(0.7);
  }

  private static double intersectionOverUnion(ContextualRegion a, ContextualRegion b) {
    int width = Math.min(a.xmax(), b.xmax()) - Math.max(a.xmin(), b.xmin()) + 1;
    int height = Math.min(a.ymax(), b.ymax()) - Math.max(a.ymin(), b.ymin()) + 1;
    double both =
        Math.max(0, width)
            * Math.max(0, height)
            / (double) (ContextualRegion.GRID * ContextualRegion.GRID);
    return both / (a.areaRatio() + b.areaRatio() - both);
  }

  private static long right(List<Answer> answers) {
    Map<String, String> expected = new LinkedHashMap<>();
    Samples.all().forEach(sample -> expected.put(sample.id(), sample.expected()));
    return answers.stream()
        .filter(answer -> answer.text().equals(expected.get(answer.id())))
        .count();
  }

  private static List<Answer> ask(String method, int budget) {
    Answerer answerer = answerer(method, budget);
    return Samples.all().stream().map(sample -> answerer.answer(request(sample))).toList();
  }

  private static Answerer answerer(String method, int budget) {
    EngineSettings settings =
        new EngineSettings(
            method,
            OptionalInt.of(budget),
            1,
            8,
            1L << 30,
            Sampler.Settings.GREEDY,
            PruningSettings.DEFAULTS);
    return new Answerer(model, localization, settings, new ModelIdentity("test", "test", "cpu"));
  }

  private static InferenceRequest request(Samples.Sample sample) {
    return request(sample, sample.question(), InferenceRequest.Mode.AS_ASKED);
  }
}
