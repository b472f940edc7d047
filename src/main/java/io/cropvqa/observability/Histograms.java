package io.cropvqa.observability;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * Timers and summaries with fixed buckets. Buckets of many pods add up, quantiles computed in each
 * of them do not.
 */
record Histograms(MeterRegistry registry) {

  MeterProvider<Timer> timer(String name, String description, Duration[] buckets) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .withRegistry(registry);
  }

  MeterProvider<DistributionSummary> summary(String name, String description, double[] buckets) {
    return DistributionSummary.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .withRegistry(registry);
  }
}
