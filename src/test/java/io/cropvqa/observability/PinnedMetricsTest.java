package io.cropvqa.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.CommittedLag;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After one of everything, a scrape shows every pinned metric under its pinned name and tags. */
class PinnedMetricsTest {
  private static final Set<String> COMMON_TAGS = Set.of("model", "pruning");
  private static final List<String> SUFFIXES = List.of("_bucket", "_sum", "_count", "_max");

  private final Scrape scrape = new Scrape();

  @BeforeEach
  void oneOfEverything() {
    InferenceMetrics metrics = new InferenceMetrics(scrape.registry());
    new EngineGauges(scrape.registry(), metrics)
        .bind(
            new FakeEngine(
                new WorkerStatus("gpu:0", WorkerState.READY, 0, 1, 1, 2),
                new WorkerStatus("gpu:1", WorkerState.BUSY, 0, 1, 1, 2)));
    new LagGauges(scrape.registry(), metrics)
        .show(new CommittedLag(List.of(new CommittedLag.Partition("vqa-questions", 0, 7))));
    QuestionFailure missing =
        new QuestionFailure(FailureCode.IMAGE_MISSING, Stage.FETCH, "no such image");

    metrics.modelLoaded(Duration.ofSeconds(3));
    metrics.queued();
    metrics.started();
    metrics.imageCache(true);
    metrics.featureCache(false);
    metrics.batch(2);
    metrics.finished();
    metrics.answered(Answers.underPlan("crop"));
    metrics.answered(Answers.of("fastv", LocatedRegion.fallback(0.01), FinishReason.LENGTH, 1));
    metrics.retried(Stage.FETCH);
    metrics.failed(missing);
    metrics.deadLettered(missing);
    metrics.settled(Duration.ofMillis(70));
  }

  @Test
  void everyPinnedMetricIsThereAndNoOther() {
    assertThat(scrape.families()).containsExactlyInAnyOrderElementsOf(PinnedMetrics.names());
  }

  @Test
  void everySeriesOfAMetricHasItsPinnedTags() {
    assertThat(scrape.samples())
        .isNotEmpty()
        .allSatisfy(
            sample ->
                assertThat(tagKeys(sample))
                    .as(sample.name)
                    .isEqualTo(pinnedTags(metricOf(sample.name))));
  }

  @Test
  void noTagHoldsAnIdOrAMessage() {
    Set<String> values =
        scrape.samples().stream()
            .flatMap(sample -> sample.labelValues.stream())
            .collect(Collectors.toSet());
    assertThat(values).doesNotContain("q-1", "42", "rev-1", "no such image");
  }

  private static String metricOf(String sample) {
    return SUFFIXES.stream()
        .filter(sample::endsWith)
        .map(suffix -> sample.substring(0, sample.length() - suffix.length()))
        .filter(PinnedMetrics.TAGS::containsKey)
        .findFirst()
        .orElse(sample);
  }

  private static Set<String> tagKeys(Sample sample) {
    return sample.labelNames.stream()
        .filter(key -> !key.equals("le"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> pinnedTags(String metric) {
    Set<String> tags = new TreeSet<>(COMMON_TAGS);
    tags.addAll(PinnedMetrics.TAGS.get(metric));
    return tags;
  }
}
