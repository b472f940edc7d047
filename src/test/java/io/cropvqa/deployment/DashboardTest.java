package io.cropvqa.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.observability.PinnedMetrics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The dashboard shows every metric of the service and asks for none that does not exist. */
class DashboardTest {
  private static final Pattern STRINGS_LABELS_AND_RANGES =
      Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\bby\\s*\\([^)]*\\)");
  private static final Pattern METRIC = Pattern.compile("\\b[a-z][a-z0-9_]*\\b(?!\\s*\\()");
  private static final List<String> OF_LIBRARIES = List.of("kafka_", "jvm_", "process_");

  private final JsonNode dashboard =
      Manifests.tree(Manifests.FOLDER.resolve("dashboards/crop-vqa.json"));

  @Test
  void itCanBeLinkedToAndReadsFromAnyPrometheus() {
    assertThat(dashboard.path("uid").asText()).isEqualTo("crop-vqa");
    assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
    assertThat(dashboard.path("panels").findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
  }

  @Test
  void itsRowsGoFromHealthToKafka() {
    assertThat(panels().filter(panel -> panel.path("type").asText().equals("row")))
        .extracting(row -> row.path("title").asText())
        .containsExactly(
            "Service health", "Latency", "Throughput", "Saturation", "Pruning", "Kafka");
  }

  @Test
  void panelIdsAreUniqueAndNoTwoPanelsOverlap() {
    assertThat(panels().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    assertThat(panels().flatMap(DashboardTest::cells)).doesNotHaveDuplicates();
  }

  @Test
  void everyMetricItAsksForExists() {
    assertThat(queriedMetrics())
        .isNotEmpty()
        .allSatisfy(
            metric ->
                assertThat(
                        PinnedMetrics.names().contains(metric)
                            || OF_LIBRARIES.stream().anyMatch(metric::startsWith))
                    .as(metric)
                    .isTrue());
  }

  @Test
  void everyMetricOfTheServiceIsShown() {
    assertThat(queriedMetrics()).containsAll(PinnedMetrics.names());
  }

  @Test
  void ratesFollowTheScrapeInterval() {
    assertThat(queries())
        .filteredOn(query -> query.contains("rate("))
        .isNotEmpty()
        .allSatisfy(query -> assertThat(query).contains("[$__rate_interval]"));
  }

  @Test
  void everyQueryIsLimitedToTheChosenPods() {
    assertThat(queries())
        .allSatisfy(query -> assertThat(query).contains("instance=~\"$instance\""));
    assertThat(variables()).contains("instance", "model", "pruning");
  }

  private Set<String> variables() {
    return list(dashboard.at("/templating/list"))
        .map(variable -> variable.path("name").asText())
        .collect(Collectors.toSet());
  }

  private Set<String> queriedMetrics() {
    return queries().stream()
        .map(query -> STRINGS_LABELS_AND_RANGES.matcher(query).replaceAll(" "))
        .flatMap(query -> METRIC.matcher(query).results().map(MatchResult::group))
        .map(DashboardTest::familyOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String familyOf(String series) {
    return Stream.of("_bucket", "_sum", "_count")
        .filter(series::endsWith)
        .map(suffix -> series.substring(0, series.length() - suffix.length()))
        .findFirst()
        .orElse(series);
  }

  private List<String> queries() {
    return dashboard.path("panels").findValuesAsText("expr");
  }

  private Stream<JsonNode> panels() {
    return list(dashboard.path("panels"));
  }

  private static Stream<String> cells(JsonNode panel) {
    JsonNode at = panel.path("gridPos");
    int left = at.path("x").asInt();
    int top = at.path("y").asInt();
    return Stream.iterate(left, x -> x < left + at.path("w").asInt(), x -> x + 1)
        .flatMap(
            x ->
                Stream.iterate(top, y -> y < top + at.path("h").asInt(), y -> y + 1)
                    .map(y -> x + "," + y));
  }

  private static Stream<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
