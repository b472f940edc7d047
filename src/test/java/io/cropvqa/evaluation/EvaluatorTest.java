package io.cropvqa.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.Samples;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.engine.Answerer;
import io.cropvqa.engine.AnsweringPool;
import io.cropvqa.engine.EngineLimits;
import io.cropvqa.engine.EngineSettings;
import io.cropvqa.engine.FeatureCache;
import io.cropvqa.engine.InferenceEngine;
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
import java.util.Comparator;
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

  private static final EvaluationPlan PLAN =
      new EvaluationPlan(
          List.of("none", "crop", "random"),
          List.of(64, 13),
          List.of(Control.ORACLE, Control.WRONG_REGION, Control.WHOLE_IMAGE),
          false,
          OptionalInt.of(QUESTIONS),
          7,
          2,
          0);

  private static InferenceEngine engine;
  private static EvaluationReport report;

  @BeforeAll
  static void evaluate() {
    engine =
        new AnsweringPool(
            new ModelIdentity("crop-scenes-2m", "test", "cpu"),
            List.of("cpu", "cpu"),
            EvaluatorTest::load,
            new EngineLimits(2, 4, 4096, 1),
            RequestListener.NONE);
    report = run(SCENES, PLAN);
  }

  private static Answerer load(String device) {
    VisionLanguageModel model = Checkpoints.open(Samples.MODEL, Torch.open(Torch.device(device)));
    SimilarityLocalizer localizer =
        new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS);
    return new Answerer(
        model,
        new Localization(Optional.of(localizer), new Localization.Settings(0.05, 1 << 20)),
        new FeatureCache(model, 1 << 20, RequestListener.NONE),
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
        List.of(methods),
        List.of(64, 13),
        List.of(),
        trueRegions,
        OptionalInt.of(QUESTIONS),
        QUESTIONS,
        1,
        0);
  }

  private static EvaluationReport run(VqaDataset dataset, EvaluationPlan plan) {
    return new Evaluator(engine, DECODER, EvaluationProgress.NONE).run(dataset, plan);
  }

  private static Row row(String label) {
    return report.rows().stream().filter(row -> label(row).equals(label)).findFirst().orElseThrow();
  }

  private static String label(Row row) {
    return row.budget() == null ? row.method() : row.method() + "@" + row.budget();
  }

  @Test
  void theReferencesStandAboveEveryWayAtEveryBudget() {
    assertThat(report.rows())
        .extracting(EvaluatorTest::label)
        .containsExactly(
            "none",
            "no-image",
            "most-frequent",
            "crop@64",
            "crop@13",
            "random@64",
            "random@13",
            "crop/oracle@64",
            "crop/oracle@13",
            "crop/wrong-region@64",
            "crop/wrong-region@13",
            "crop/whole-image@64",
            "crop/whole-image@13");
    assertThat(report.questions()).isEqualTo(QUESTIONS);
    assertThat(report.pictures()).isEqualTo(4);
    assertThat(report.failed()).isZero();
    assertThat(report.leftOut()).isEmpty();
  }

  @Test
  void rowsCostWhatTheirBudgetsAllow() {
    assertThat(row("none").cost().averageVisualTokens()).isEqualTo(256);
    assertThat(row("none").cost().flopsShare()).isEqualTo(1);
    assertThat(row("no-image").cost().averageVisualTokens()).isZero();
    assertThat(row("most-frequent").cost()).isNull();
    assertThat(row("random@64").cost().averageVisualTokens()).isEqualTo(64);
    assertThat(row("random@64").cost().visualTokensPerLayer()).containsOnly(64.0);
    for (String crop : List.of("crop", "crop/oracle", "crop/wrong-region", "crop/whole-image")) {
      Cost cost = row(crop + "@13").cost();
      assertThat(cost.averageVisualTokens()).isBetween(12.0, 13.0);
      assertThat(cost.visualTokensPerLayer()).isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(cost.flopsShare())
          .isBetween(row("no-image").cost().flopsShare(), row("random@64").cost().flopsShare());
    }
  }

  @Test
  void theModelSeesMoreThanItGuesses() {
    Row full = row("none");
    Row blind = row("no-image");

    assertThat(full.score().exactMatch().value()).isGreaterThan(0.7);
    assertThat(blind.score().exactMatch().value())
        .isLessThan(full.score().exactMatch().value() / 2);
    assertThat(full.retention()).isEqualTo(new Estimate(1, 1, 1));
    assertThat(blind.retention().value())
        .isCloseTo(
            blind.score().vqaAccuracy().value() / full.score().vqaAccuracy().value(),
            within(1e-12));
  }

  @Test
  void theTrueRegionIsWorthMoreThanAWrongOne() {
    Row wrong = row("crop/wrong-region@13");
    double right = row("crop@13").score().exactMatch().value();

    assertThat(row("crop/oracle@13").byRegion().get("small").exactMatch().value())
        .isGreaterThan(wrong.byRegion().get("small").exactMatch().value());
    assertThat(wrong.lead().all().value())
        .isCloseTo(right - wrong.score().exactMatch().value(), within(1e-12));
    assertThat(wrong.lead().small().value())
        .isCloseTo(
            row("crop@13").byRegion().get("small").exactMatch().value()
                - wrong.byRegion().get("small").exactMatch().value(),
            within(1e-12));
    assertThat(row("crop@13").lead()).isNull();
    assertThat(row("none").lead()).isNull();
  }

  @Test
  void everyQuestionIsCountedOnceInEachDivision() {
    for (Row row : report.rows()) {
      assertThat(row.byRegion().keySet()).containsExactly("large", "small");
      assertThat(row.byHint().keySet()).containsExactly("asked", "large", "revealed");
      assertThat(row.byHint().get("large")).isEqualTo(row.byRegion().get("large"));
      for (Map<String, Score> scores : List.of(row.byRegion(), row.byHint(), row.byType())) {
        assertThat(scores.values().stream().mapToInt(Score::questions).sum()).isEqualTo(QUESTIONS);
      }
    }
  }

  @Test
  void timesAreThoseOfTheFirstQuestionsWithWhatWasRemembered() {
    for (Row row : report.rows()) {
      if (row.times() != null) {
        assertThat(row.times().questions()).isEqualTo(7);
        assertThat(row.times().medianEncodeMs()).isPositive();
        assertThat(row.times().medianMs())
            .isGreaterThan(row.times().medianEncodeMs())
            .isGreaterThan(row.times().medianLocalizeMs());
        assertThat(row.times().ratio())
            .isEqualTo(row.times().medianMs() / row("none").times().medianMs());
      }
    }
    assertThat(row("most-frequent").times()).isNull();
    assertThat(row("crop@64").times().medianLocalizeMs())
        .isGreaterThan(row("random@64").times().medianLocalizeMs());
  }

  /** Also when others answer, in another order and with nothing remembered. */
  @Test
  void everythingButTimesIsTheSameTheNextTime() {
    assertThat(timeless(run(new SceneDataset(Split.NEW_SCENES, 4, 3), PLAN)))
        .isEqualTo(timeless(report));
    EvaluationReport alone = run(SCENES, plan(false, "none", "crop", "random"));
    assertThat(alone.rows().subList(0, 7))
        .usingRecursiveComparison()
        .ignoringFields("times")
        .isEqualTo(report.rows().subList(0, 7));
  }

  private static JsonNode timeless(EvaluationReport report) {
    JsonNode json = new ObjectMapper().valueToTree(report);
    for (JsonNode row : json.get("rows")) {
      ((ObjectNode) row).remove("times");
    }
    for (JsonNode score : json.get("localization")) {
      ((ObjectNode) score).remove(List.of("medianMs", "prefillShare"));
    }
    return json;
  }

  @Test
  void trueRegionsAreFoundWithoutFault() {
    EvaluationReport oracle = run(SCENES, plan(true, "crop"));

    assertThat(oracle.localization().get("all"))
        .extracting(LocalizationScore::iou, LocalizationScore::recall, LocalizationScore::coverage)
        .containsExactly(1.0, 1.0, 1.0);
    LocalizationScore small = report.localization().get("small regions");
    assertThat(small.iou()).isBetween(0.2, 0.95);
    assertThat(small.recall()).isLessThanOrEqualTo(small.coverage());
    assertThat(small.questions())
        .isEqualTo(row("none").byRegion().get("small").questions())
        .isLessThan(report.localization().get("all").questions());
    assertThat(small.medianMs()).isPositive();
    assertThat(small.prefillShare()).isPositive();
    assertThat(oracle.settings().regions()).isEqualTo("true-regions");
  }

  @Test
  void aPictureThatCanNotBeReadFailsItsQuestionsOnly() {
    EvaluationReport broken =
        run(new BrokenPictures(SCENES, SCENES.examples().get(0).image()), plan(false, "crop"));

    assertThat(broken.rows())
        .allMatch(row -> row.failed() == (row.method().equals("most-frequent") ? 0 : 6));
    assertThat(broken.failed()).isEqualTo(6 * (broken.rows().size() - 1));
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
    assertThat(markdown.lines().filter(line -> line.startsWith("| crop/oracle | 13 |"))).hasSize(2);
    assertThat(markdown.lines().filter(line -> line.startsWith("| most-frequent |"))).hasSize(2);
    assertThat(markdown).doesNotContain("Left out").doesNotContain("null").doesNotContain("NaN");
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
    assertThat(json.at("/settings/controls/1").textValue()).isEqualTo("wrong-region");
    assertThat(json.at("/rows/3/score/exactMatch/low").isNumber()).isTrue();
    assertThat(json.at("/rows/5/lead/small/low").isNumber()).isTrue();
    assertThat(json.at("/rows/3/cost/visualTokensPerLayer")).hasSize(8);
    assertThat(json.at("/localization/all/prefillShare").isNumber()).isTrue();
    assertThat(json.at("/answers")).hasSize(QUESTIONS);
    assertThat(json.at("/failed").intValue()).isZero();
  }

  @Test
  void withoutTrueRegionsWhatNeedsThemIsLeftOutAndSaid() {
    EvaluationReport unlocated =
        run(new UnlocatedAnswers(new SceneDataset(Split.TRAIN, 1, 3)), PLAN);

    assertThat(unlocated.leftOut()).containsExactly("crop/oracle", "crop/wrong-region");
    assertThat(unlocated.rows())
        .extracting(Row::method)
        .contains("crop/whole-image")
        .doesNotContain("crop/oracle", "crop/wrong-region");
    assertThat(unlocated.rows())
        .allMatch(row -> row.byRegion().isEmpty() && row.byHint().isEmpty());
    assertThat(unlocated.localization()).isEmpty();
    assertThat(MarkdownReport.of(unlocated)).contains("crop/oracle, crop/wrong-region.");
  }
}
