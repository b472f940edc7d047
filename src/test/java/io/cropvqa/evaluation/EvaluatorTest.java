package io.cropvqa.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.Samples;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.engine.Answerer;
import io.cropvqa.engine.EngineSettings;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.WorkerPool;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.metrics.Estimate;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bundled model on twenty questions about new scenes. */
class EvaluatorTest {
  private static final int QUESTIONS = 20;
  private static final SceneDataset SCENES = new SceneDataset(Split.NEW_SCENES, 4, 3);
  private static final ImageDecoder DECODER =
      new ImageDecoder(1_000_000, 100_000_000, RequestListener.NONE);

  private static InferenceEngine engine;
  private static EvaluationReport report;

  @BeforeAll
  static void evaluate() {
    engine =
        new WorkerPool(
            new ModelIdentity("crop-scenes-2m", "test", "cpu"),
            List.of("cpu"),
            EvaluatorTest::load,
            1,
            RequestListener.NONE);
    report = run(SCENES, plan(false, "none", "crop", "random"));
  }

  private static Answerer load(String device) {
    VisionLanguageModel model = Checkpoints.open(Samples.MODEL, Torch.open(Torch.device(device)));
    SimilarityLocalizer localizer =
        new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS);
    return new Answerer(
        model,
        new Localization(Optional.of(localizer), new Localization.Settings(0.05, 0)),
        new EngineSettings(
            "none",
            OptionalInt.empty(),
            1,
            8,
            1L << 30,
            Sampler.Settings.GREEDY,
            PruningSettings.DEFAULTS),
        new ModelIdentity("crop-scenes-2m", "test", device));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static EvaluationPlan plan(boolean trueRegions, String... methods) {
    return new EvaluationPlan(
        List.of(methods), List.of(64, 13), trueRegions, OptionalInt.of(QUESTIONS), 0);
  }

  private static EvaluationReport run(VqaDataset dataset, EvaluationPlan plan) {
    return new Evaluator(engine, DECODER, EvaluationProgress.NONE).run(dataset, plan);
  }

  @Test
  void theReferencesStandAboveEveryMethodAtEveryBudget() {
    assertThat(report.rows())
        .extracting(row -> row.method() + "@" + row.budget())
        .containsExactly(
            "none@null", "no-image@null", "crop@64", "crop@13", "random@64", "random@13");
    assertThat(report.questions()).isEqualTo(QUESTIONS);
    assertThat(report.pictures()).isEqualTo(4);
    assertThat(report.failed()).isZero();
  }

  @Test
  void rowsCostWhatTheirBudgetsAllow() {
    assertThat(report.rows())
        .extracting(Row::averageVisualTokens)
        .satisfiesExactly(
            full -> assertThat(full).isEqualTo(256),
            blind -> assertThat(blind).isZero(),
            crop -> assertThat(crop).isBetween(63.0, 64.0),
            crop -> assertThat(crop).isBetween(12.0, 13.0),
            random -> assertThat(random).isEqualTo(64),
            random -> assertThat(random).isEqualTo(13));
  }

  @Test
  void theModelSeesMoreThanItGuesses() {
    Row full = report.rows().get(0);
    Row blind = report.rows().get(1);

    assertThat(full.score().exactMatch().value()).isGreaterThan(0.45);
    assertThat(blind.score().exactMatch().value()).isLessThan(0.35);
    assertThat(full.retention()).isEqualTo(new Estimate(1, 1, 1));
    assertThat(blind.retention().value())
        .isCloseTo(
            blind.score().vqaAccuracy().value() / full.score().vqaAccuracy().value(),
            within(1e-12));
  }

  @Test
  void everyQuestionHasARegionThatIsSmallOrLarge() {
    for (Row row : report.rows()) {
      assertThat(row.byRegion().keySet()).containsExactly("large", "small");
      assertThat(row.byRegion().values().stream().mapToInt(Score::questions).sum())
          .isEqualTo(QUESTIONS);
      assertThat(row.byType().values().stream().mapToInt(Score::questions).sum())
          .isEqualTo(QUESTIONS);
    }
  }

  @Test
  void timesAreThoseOfTheRowAgainstTheFullModel() {
    Row full = report.rows().get(0);
    for (Row row : report.rows()) {
      assertThat(row.medianMs()).isPositive();
      assertThat(row.timeRatio()).isEqualTo(row.medianMs() / full.medianMs());
      assertThat(row.medianLocalizeMs()).isLessThan(row.medianMs());
    }
    assertThat(report.rows().get(2).medianLocalizeMs()).isPositive();
  }

  @Test
  void whatTheModelSaysIsTheSameTheNextTime() {
    EvaluationReport again = run(SCENES, plan(false, "none", "crop", "random"));

    assertThat(again.answers()).isEqualTo(report.answers());
    assertThat(again.rows()).extracting(Row::score).isEqualTo(scores(report));
    assertThat(again.localization()).isEqualTo(report.localization());
  }

  private static List<Score> scores(EvaluationReport report) {
    return report.rows().stream().map(Row::score).toList();
  }

  @Test
  void trueRegionsAreFoundWithoutFault() {
    EvaluationReport oracle = run(SCENES, plan(true, "crop"));

    assertThat(oracle.localization().get("all"))
        .extracting(LocalizationScore::iou, LocalizationScore::recall)
        .containsExactly(1.0, 1.0);
    assertThat(report.localization().get("all").iou()).isBetween(0.2, 0.95);
    assertThat(oracle.settings().regions()).isEqualTo("true-regions");
  }

  @Test
  void aPictureThatCanNotBeReadFailsItsQuestionsOnly() {
    EvaluationReport broken =
        run(new BrokenPictures(SCENES, SCENES.examples().get(0).image()), plan(false, "crop"));

    assertThat(broken.rows()).allMatch(row -> row.failed() == 6);
    assertThat(broken.failed()).isEqualTo(6 * broken.rows().size());
    assertThat(broken.answers().get(0).given().get("crop@64")).startsWith("failed: ");
    assertThat(broken.answers().get(6)).isEqualTo(only(report.answers().get(6), broken));
  }

  /** The same question with the rows that another report has. */
  private static EvaluationReport.Answers only(
      EvaluationReport.Answers answers, EvaluationReport other) {
    Map<String, String> given = new TreeMap<>(answers.given());
    given.keySet().retainAll(other.answers().get(0).given().keySet());
    return new EvaluationReport.Answers(
        answers.id(), answers.question(), answers.type(), answers.expected(), given);
  }

  @Test
  void progressGoesToTheEnd() {
    List<Integer> seen = new ArrayList<>();
    new Evaluator(engine, DECODER, (done, all) -> seen.add(done)).run(SCENES, plan(false));

    assertThat(seen).hasSize(QUESTIONS + 1).isSorted().last().isEqualTo(QUESTIONS);
  }

  @Test
  void markdownHasARowForEachWayAndAColumnForEachType() {
    String markdown = MarkdownReport.of(report);

    assertThat(markdown.lines().filter(line -> line.startsWith("| crop | 64 |"))).hasSize(2);
    assertThat(markdown.lines().filter(line -> line.startsWith("| no-image |"))).hasSize(2);
    for (String type : report.rows().get(0).byType().keySet()) {
      assertThat(markdown).contains("| " + type + " (");
    }
  }

  @Test
  void jsonHasAllOfIt() {
    JsonNode json = new ObjectMapper().valueToTree(report);

    assertThat(json.at("/model/revision").textValue()).isEqualTo("test");
    assertThat(json.at("/machine/processors").intValue()).isPositive();
    assertThat(json.at("/settings/budgets/0").intValue()).isEqualTo(64);
    assertThat(json.at("/rows/2/score/exactMatch/low").isNumber()).isTrue();
    assertThat(json.at("/answers")).hasSize(QUESTIONS);
    assertThat(json.at("/failed").intValue()).isZero();
  }

  @Test
  void aPlanThatCanNotBeRunIsRefused() {
    assertThatThrownBy(() -> plan(false, "magic")).hasMessageContaining("\"magic\"");
    assertThatThrownBy(
            () -> new EvaluationPlan(List.of("crop"), List.of(0), false, OptionalInt.empty(), 0))
        .hasMessageContaining("at least 1 token");
    assertThatThrownBy(
            () -> new EvaluationPlan(List.of("crop"), List.of(1), false, OptionalInt.of(0), 0))
        .hasMessageContaining("limit");
  }
}
