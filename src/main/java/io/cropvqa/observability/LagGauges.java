package io.cropvqa.observability;

import io.cropvqa.domain.CommittedLag;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Shows what the broker last said about the lag; without news of it, it shows nothing rather than
 * what once was.
 */
@Singleton
final class LagGauges {
  private final InferenceMetrics metrics;
  private final MultiGauge lag;

  LagGauges(MeterRegistry registry, InferenceMetrics metrics) {
    this.metrics = metrics;
    this.lag =
        MultiGauge.builder(MeterNames.COMMITTED_LAG)
            .description("Questions in the topic that are not settled")
            .register(registry);
  }

  void show(@Observes CommittedLag seen) {
    lag.register(seen.partitions().stream().map(this::row).toList(), true);
  }

  private MultiGauge.Row<Number> row(CommittedLag.Partition partition) {
    Tags tags =
        metrics
            .serviceTags()
            .and(MeterNames.TOPIC, partition.topic())
            .and(MeterNames.PARTITION, Integer.toString(partition.number()));
    return MultiGauge.Row.of(tags, partition.records());
  }
}
