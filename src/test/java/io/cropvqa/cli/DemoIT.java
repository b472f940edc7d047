package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.contract.ContractFiles;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packaged application on its own: embedded broker, bundled model, sample questions. */
class DemoIT {
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void everySampleIsAnsweredAndEveryAnswerSaysWhatWasPruned() throws Exception {
    List<DemoJob> jobs = DemoJob.load(new DemoCommand());

    PackagedApplication.Result result = new PackagedApplication().run("demo", "--once", "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("started an embedded broker");
    List<JsonNode> events = result.out().lines().map(this::read).toList();
    assertThat(ids(events)).isEqualTo(jobs.stream().map(DemoJob::id).collect(Collectors.toSet()));
    assertThat(events).hasSameSizeAs(jobs).allSatisfy(DemoIT::saysWhatWasPruned);
  }

  @Test
  void theTableCountsRightAnswers() throws Exception {
    PackagedApplication.Result result =
        new PackagedApplication().run("demo", "--once", "--pruning", "none");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("id ").containsPattern("\\d+ of \\d+ right");
  }

  @Test
  void whatFailsIsToldAndMakesItExitWithOne() throws Exception {
    PackagedApplication.Result result =
        new PackagedApplication("-Dcrop.max-question-characters=20").run("demo", "--once");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(ApplicationCommand.SOME_FAILED);
    assertThat(result.out()).contains("question-too-long").containsPattern("[1-9]\\d* failed");
  }

  private static void saysWhatWasPruned(JsonNode event) {
    assertThat(ContractFiles.errors("answer-event.json", event)).isEmpty();
    JsonNode pruning = event.get("pruning");
    assertThat(event.get("region").get("box")).hasSize(4);
    assertThat(pruning.get("visualTokensBefore").intValue()).isPositive();
    assertThat(pruning.get("visualTokensAfter").intValue())
        .isBetween(1, pruning.get("visualTokensBefore").intValue());
    assertThat(pruning.get("visualTokensPerLayer")).isNotEmpty();
    assertThat(pruning.get("averageVisualTokens").doubleValue())
        .isLessThanOrEqualTo(pruning.get("budget").doubleValue());
    assertThat(event.get("timings").get("timeToFirstTokenMs").longValue()).isPositive();
    assertThat(event.get("timings").get("totalMs").longValue()).isPositive();
  }

  private static Set<String> ids(List<JsonNode> events) {
    return events.stream().map(event -> event.get("id").textValue()).collect(Collectors.toSet());
  }

  private JsonNode read(String line) {
    try {
      return json.readTree(line);
    } catch (Exception e) {
      throw new AssertionError("stdout holds something else than answer events: " + line, e);
    }
  }
}
