package io.cropvqa.observability;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A registry, read as Prometheus would read it. */
@SuppressWarnings(
    "deprecation") // the registry that Quarkus ships is of the older Prometheus client
final class Scrape {
  private final CollectorRegistry samples = new CollectorRegistry();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, samples, Clock.SYSTEM);

  MeterRegistry registry() {
    return registry;
  }

  /** Names as on a {@code TYPE} line; the {@code _max} gauges that Micrometer adds are left out. */
  Set<String> families() {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2])
        .filter(name -> !name.endsWith("_max"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Sum of the samples of that name whose tags include the given ones; NaN if there are none. */
  double value(String name, Map<String, String> tags) {
    return samples().stream()
        .filter(sample -> sample.name.equals(name))
        .filter(sample -> tags(sample).entrySet().containsAll(tags.entrySet()))
        .mapToDouble(sample -> sample.value)
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  double value(String name) {
    return value(name, Map.of());
  }

  List<Sample> samples() {
    return Collections.list(samples.metricFamilySamples()).stream()
        .map((MetricFamilySamples family) -> family.samples)
        .flatMap(List::stream)
        .toList();
  }

  static Map<String, String> tags(Sample sample) {
    return IntStream.range(0, sample.labelNames.size())
        .boxed()
        .collect(Collectors.toMap(sample.labelNames::get, sample.labelValues::get));
  }
}
