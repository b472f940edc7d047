package io.cropvqa.observability;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import io.cropvqa.domain.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;

/** What an answer cost: time, tokens, and what pruning saved. */
final class AnswerMeters {
  private final MeterProvider<Timer> duration;
  private final MeterProvider<Timer> timeToFirstToken;
  private final MeterProvider<Timer> timePerOutputToken;
  private final MeterProvider<Timer> queue;
  private final MeterProvider<Timer> prefill;
  private final MeterProvider<Timer> decode;
  private final MeterProvider<Timer> stage;
  private final MeterProvider<DistributionSummary> tokenUsage;
  private final MeterProvider<DistributionSummary> visualTokens;
  private final MeterProvider<DistributionSummary> retentionRatio;
  private final MeterProvider<DistributionSummary> regionArea;
  private final MeterProvider<Counter> regionFallback;

  AnswerMeters(MeterRegistry registry) {
    Histograms histograms = new Histograms(registry);
    duration =
        histograms.timer(
            MeterNames.REQUEST_DURATION,
            "Arrival of a question to its whole answer",
            Buckets.REQUEST_DURATION);
    timeToFirstToken =
        histograms.timer(
            MeterNames.TIME_TO_FIRST_TOKEN,
            "Arrival of a question to the first token of its answer",
            Buckets.TIME_TO_FIRST_TOKEN);
    timePerOutputToken =
        histograms.timer(
            MeterNames.TIME_PER_OUTPUT_TOKEN,
            "Mean time of each token after the first",
            Buckets.TIME_PER_OUTPUT_TOKEN);
    queue = histograms.timer(MeterNames.REQUEST_QUEUE, "Waiting for a worker", Buckets.STAGE);
    prefill = histograms.timer(MeterNames.REQUEST_PREFILL, "Prefill", Buckets.STAGE);
    decode = histograms.timer(MeterNames.REQUEST_DECODE, "First token to last", Buckets.STAGE);
    stage = histograms.timer(MeterNames.STAGE_DURATION, "Time in each stage", Buckets.STAGE);
    tokenUsage =
        histograms.summary(
            MeterNames.TOKEN_USAGE, "Tokens of a question and its answer", Buckets.TOKEN_USAGE);
    visualTokens =
        histograms.summary(
            MeterNames.VISUAL_TOKENS, "Visual tokens of a question", Buckets.VISUAL_TOKENS);
    retentionRatio =
        histograms.summary(
            MeterNames.RETENTION_RATIO,
            "Visual tokens averaged over the decoder's layers by initial ones",
            Buckets.RATIO);
    regionArea =
        histograms.summary(
            MeterNames.REGION_AREA_RATIO,
            "Share of the image that the contextual region covers",
            Buckets.RATIO);
    regionFallback =
        Counter.builder(MeterNames.REGION_FALLBACK)
            .description("Questions whose contextual region was not found")
            .withRegistry(registry);
  }

  void record(Answer answer) {
    Tags tags = tagsOf(answer);
    Tags genAi = genAiTagsOf(answer, tags);
    recordLatency(answer, genAi);
    recordStages(answer.timings(), tags);
    recordUsage(answer.usage(), genAi);
    recordPruning(answer.pruning(), tags);
    answer.regions().forEach(region -> recordRegion(region, tags));
  }

  /** What a service that only finds regions does to a question; the rest is told by its answer. */
  void record(Localized localized, Tags tags) {
    queue.withTags(tags).record(localized.timings().of(Stage.QUEUE));
    recordEachStage(localized.timings(), tags);
  }

  static Tags tagsOf(Answer answer) {
    return Tags.of(
        MeterNames.MODEL, answer.model().name(),
        MeterNames.PRUNING, answer.pruning().plan().method());
  }

  private static Tags genAiTagsOf(Answer answer, Tags tags) {
    return tags.and(
        MeterNames.OPERATION, "generate_content",
        MeterNames.PROVIDER, "crop-vqa",
        MeterNames.REQUEST_MODEL, answer.model().name());
  }

  private void recordLatency(Answer answer, Tags tags) {
    duration.withTags(tags).record(answer.timings().total());
    if (!answer.timings().timeToFirstToken().isZero()) {
      timeToFirstToken.withTags(tags).record(answer.timings().timeToFirstToken());
    }
    timePerOutputToken(answer).ifPresent(time -> timePerOutputToken.withTags(tags).record(time));
  }

  /**
   * Absent where one token was all. The end-of-sequence token is not in the usage, but it took a
   * step like any other.
   */
  private static Optional<Duration> timePerOutputToken(Answer answer) {
    int end = answer.finishReason() == FinishReason.STOP ? 1 : 0;
    int stepsAfterFirst = answer.usage().completionTokens() + end - 1;
    return stepsAfterFirst < 1
        ? Optional.empty()
        : Optional.of(answer.timings().of(Stage.GENERATE).dividedBy(stepsAfterFirst));
  }

  private void recordStages(StageTimings timings, Tags tags) {
    queue.withTags(tags).record(timings.of(Stage.QUEUE));
    prefill.withTags(tags).record(timings.of(Stage.PREFILL));
    decode.withTags(tags).record(timings.of(Stage.GENERATE));
    recordEachStage(timings, tags);
  }

  private void recordEachStage(StageTimings timings, Tags tags) {
    timings
        .stages()
        .forEach(
            (name, took) ->
                stage.withTags(tags.and(MeterNames.STAGE, name.wireName())).record(took));
  }

  private void recordUsage(TokenUsage usage, Tags tags) {
    tokenUsage.withTags(tags.and(MeterNames.TOKEN_TYPE, "input")).record(usage.promptTokens());
    tokenUsage.withTags(tags.and(MeterNames.TOKEN_TYPE, "output")).record(usage.completionTokens());
  }

  private void recordPruning(PruningStatistics pruning, Tags tags) {
    visualTokens
        .withTags(tags.and(MeterNames.POINT, "initial"))
        .record(pruning.visualTokensBefore());
    visualTokens
        .withTags(tags.and(MeterNames.POINT, "after_plc"))
        .record(pruning.visualTokensCompressed());
    visualTokens
        .withTags(tags.and(MeterNames.POINT, "after_ilp"))
        .record(pruning.visualTokensAfter());
    retentionRatio.withTags(tags).record(pruning.retentionRatio());
  }

  private void recordRegion(LocatedRegion region, Tags tags) {
    regionArea.withTags(tags).record(region.box().areaRatio());
    if (region.source() == LocatedRegion.Source.FALLBACK) {
      String reason = region.confidence() > 0 ? "low_confidence" : "nothing_found";
      regionFallback.withTags(tags.and(MeterNames.REASON, reason)).increment();
    }
  }
}
