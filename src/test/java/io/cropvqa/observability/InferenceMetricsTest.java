package io.cropvqa.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceMetricsTest {
  private static final Offset<Double> EXACT = within(1e-9);

  private final Scrape scrape = new Scrape();
  private final InferenceMetrics metrics = new InferenceMetrics(scrape.registry());

  @BeforeEach
  void knowsItsModel() {
    metrics.identify(Answers.MODEL);
  }

  @Test
  void anAnswerIsCountedUnderItsModelPlanAndFinishReason() {
    metrics.answered(Answers.underPlan("crop"));

    assertThat(
            scrape.value(
                "crop_requests_total",
                Map.of(
                    "model", "tiny-vlm",
                    "pruning", "crop",
                    "outcome", "answered",
                    "finish_reason", "stop")))
        .isEqualTo(1);
  }

  @Test
  void anAnswersLatencyComesFromItsTimings() {
    metrics.answered(Answers.underPlan("crop"));

    assertThat(scrape.value("gen_ai_server_request_duration_seconds_sum")).isEqualTo(0.1, EXACT);
    assertThat(scrape.value("gen_ai_server_time_to_first_token_seconds_sum"))
        .isEqualTo(0.06, EXACT);
    assertThat(scrape.value("crop_request_queue_seconds_sum")).isEqualTo(0.005, EXACT);
    assertThat(scrape.value("crop_request_prefill_seconds_sum")).isEqualTo(0.03, EXACT);
    assertThat(scrape.value("crop_request_decode_seconds_sum")).isEqualTo(0.04, EXACT);
    assertThat(scrape.value("crop_stage_duration_seconds_sum", Map.of("stage", "fetch")))
        .isEqualTo(0.002, EXACT);
  }

  @Test
  void aStageThatDidNotRunIsNotMeasured() {
    metrics.answered(Answers.underPlan("crop"));

    assertThat(scrape.value("crop_stage_duration_seconds_count", Map.of("stage", "localize")))
        .isNaN();
  }

  /** 40 ms of generation; the end-of-sequence token took a step although it is no output. */
  @ParameterizedTest
  @CsvSource({"STOP, 4, 0.010", "LENGTH, 5, 0.010", "STOP, 1, 0.040", "LENGTH, 2, 0.040"})
  void timePerOutputTokenIsTheMeanOverTheStepsAfterTheFirst(
      FinishReason finishReason, int completionTokens, double seconds) {
    metrics.answered(Answers.of("crop", Answers.FOUND, finishReason, completionTokens));

    assertThat(scrape.value("gen_ai_server_time_per_output_token_seconds_sum"))
        .isEqualTo(seconds, EXACT);
  }

  @Test
  void anAnswerOfOneTokenHasNoTimePerOutputToken() {
    metrics.answered(Answers.of("crop", Answers.FOUND, FinishReason.LENGTH, 1));

    assertThat(scrape.value("gen_ai_server_time_per_output_token_seconds_count")).isNaN();
  }

  @Test
  void tokensAreToldApartByTypeAndByPointOfTheWay() {
    metrics.answered(Answers.underPlan("crop"));

    assertThat(tokens("input")).isEqualTo(50);
    assertThat(tokens("output")).isEqualTo(4);
    assertThat(visualTokens("initial")).isEqualTo(64);
    assertThat(visualTokens("after_plc")).isEqualTo(32);
    assertThat(visualTokens("after_ilp")).isEqualTo(8);
    assertThat(scrape.value("crop_visual_token_retention_ratio_sum")).isEqualTo(20.0 / 64, EXACT);
    assertThat(scrape.value("crop_region_area_ratio_sum")).isEqualTo(0.25, EXACT);
  }

  @Test
  void onlyAFallbackCountsAsFallback() {
    metrics.answered(Answers.underPlan("crop"));
    assertThat(scrape.value("crop_region_fallback_total")).isNaN();

    metrics.answered(Answers.of("crop", LocatedRegion.fallback(0.02), FinishReason.STOP, 1));
    metrics.answered(Answers.of("crop", LocatedRegion.fallback(0), FinishReason.STOP, 1));
    assertThat(fallbacks("low_confidence")).isEqualTo(1);
    assertThat(fallbacks("nothing_found")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"IMAGE_MISSING, rejected", "TRANSIENT_EXHAUSTED, rejected", "UNAVAILABLE, failed"})
  void aFailureCountsAsRejectedUnlessItIsOurs(FailureCode code, String outcome) {
    metrics.failed(new QuestionFailure(code, Stage.FETCH, "why"));

    assertThat(scrape.value("crop_requests_total", Map.of("outcome", outcome))).isEqualTo(1);
    assertThat(scrape.value("crop_requests_total")).isEqualTo(1);
  }

  @Test
  void aFailureIsNoDeadLetterUntilTheBrokerHasIt() {
    QuestionFailure failure = new QuestionFailure(FailureCode.IMAGE_MISSING, Stage.FETCH, "why");

    metrics.failed(failure);
    assertThat(deadLetters("image-missing")).isZero();

    metrics.deadLettered(failure);
    assertThat(deadLetters("image-missing")).isEqualTo(1);
  }

  @Test
  void everyDeadLetterCodeBeginsAtZero() {
    List<String> codes =
        Arrays.stream(FailureCode.values())
            .filter(code -> code.kind() == FailureCode.Kind.POISON)
            .map(FailureCode::wireName)
            .toList();

    assertThat(codes).hasSize(11).allSatisfy(code -> assertThat(deadLetters(code)).isZero());
  }

  @Test
  void retriesAndCacheLookUpsAreCounted() {
    metrics.retried(Stage.FETCH);
    metrics.imageCache(true);
    metrics.imageCache(false);
    metrics.imageCache(false);
    metrics.featureCache(true);
    metrics.featureCache(true);
    metrics.featureCache(true);
    metrics.featureCache(false);

    assertThat(scrape.value("crop_retries_total", Map.of("stage", "fetch"))).isEqualTo(1);
    assertThat(scrape.value("crop_image_cache_total", Map.of("result", "hit"))).isEqualTo(1);
    assertThat(scrape.value("crop_image_cache_total", Map.of("result", "miss"))).isEqualTo(2);
    assertThat(scrape.value("crop_image_cache_total", Map.of("result", "features_hit")))
        .isEqualTo(3);
    assertThat(scrape.value("crop_image_cache_total", Map.of("result", "features_miss")))
        .isEqualTo(1);
  }

  @Test
  void aRecordFromAClockAheadOfOursCountsAsNew() {
    metrics.settled(Duration.ofSeconds(2));
    metrics.settled(Duration.ofSeconds(-5));

    assertThat(scrape.value("crop_record_age_seconds_count")).isEqualTo(2);
    assertThat(scrape.value("crop_record_age_seconds_sum")).isEqualTo(2, EXACT);
  }

  /** An age beyond 292 years doesn't fit into nanoseconds, and any record may claim one. */
  @Test
  void aRecordOfAnotherAgeCountsAsAYearOld() {
    metrics.settled(Duration.ofSeconds(Long.MAX_VALUE));
    metrics.settled(Duration.ofSeconds(Long.MIN_VALUE));

    assertThat(scrape.value("crop_record_age_seconds_count")).isEqualTo(2);
    assertThat(scrape.value("crop_record_age_seconds_sum")).isEqualTo(365 * 86_400, EXACT);
  }

  @Test
  void bucketsAreThoseThatOpenTelemetryPrescribes() {
    metrics.answered(Answers.underPlan("crop"));

    assertThat(buckets("gen_ai_server_request_duration_seconds"))
        .containsExactly(
            "0.01", "0.02", "0.04", "0.08", "0.16", "0.32", "0.64", "1.28", "2.56", "5.12", "10.24",
            "20.48", "40.96", "81.92", "+Inf");
    assertThat(buckets("gen_ai_server_time_per_output_token_seconds"))
        .containsExactly(
            "0.01", "0.025", "0.05", "0.075", "0.1", "0.15", "0.2", "0.3", "0.4", "0.5", "0.75",
            "1.0", "2.5", "+Inf");
  }

  private double tokens(String type) {
    return scrape.value("gen_ai_client_token_usage_sum", Map.of("gen_ai_token_type", type));
  }

  private double visualTokens(String point) {
    return scrape.value("crop_visual_tokens_sum", Map.of("point", point));
  }

  private double fallbacks(String reason) {
    return scrape.value("crop_region_fallback_total", Map.of("reason", reason));
  }

  private double deadLetters(String code) {
    return scrape.value("crop_dead_letters_total", Map.of("code", code));
  }

  private List<String> buckets(String metric) {
    return scrape.samples().stream()
        .filter(sample -> sample.name.equals(metric + "_bucket"))
        .map(sample -> Scrape.tags(sample).get("le"))
        .toList();
  }
}
