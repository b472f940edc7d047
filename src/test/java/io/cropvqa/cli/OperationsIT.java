package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.messaging.BrokerResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does beside a running service: publish, follow, look at failures, try again. */
class OperationsIT {
  private static final Path SAMPLES = Path.of("kafka", "samples");

  @TempDir Path directory;

  private final ObjectMapper json = new ObjectMapper();
  private final BrokerResource broker = new BrokerResource();
  private PackagedApplication application;
  private String connection;

  @BeforeEach
  void startBroker() {
    connection = "-Dkafka.bootstrap.servers=" + broker.start().get("kafka.bootstrap.servers");
    application = new PackagedApplication(connection);
  }

  @AfterEach
  void stopBroker() {
    broker.stop();
  }

  @Test
  void questionsFromAFileAreAnsweredAndThoseThatFailedAreAskedAgain() throws Exception {
    Path jobs = jobs();
    PackagedApplication.Result submitted = application.run("submit", "--jobs", jobs.toString());
    assertThat(submitted.exitCode()).as(submitted.err()).isZero();
    assertThat(submitted.err()).contains("3 questions published");

    Path answers = directory.resolve("answers.jsonl");
    Process strict =
        new PackagedApplication(connection, "-Dcrop.max-question-characters=40")
            .start(directory.resolve("strict.log").toFile(), "serve");
    try {
      PackagedApplication.Result seen =
          application.run("tail", "--from-beginning", "--limit", "3", "--out", answers.toString());
      assertThat(seen.exitCode()).as(seen.err()).isEqualTo(ApplicationCommand.SOME_FAILED);
      assertThat(seen.out().lines()).hasSize(3);
      assertThat(seen.out()).contains("long  question-too-long: question has", "256 -> ");
    } finally {
      strict.destroy();
      strict.waitFor();
    }
    assertThat(Files.readAllLines(answers))
        .extracting(line -> json.readTree(line).path("id").textValue())
        .containsExactlyInAnyOrder("short", "jobs.jsonl-2");

    PackagedApplication.Result listed = application.run("dlq", "list", "--json");
    assertThat(listed.exitCode()).as(listed.err()).isZero();
    JsonNode letter = json.readTree(listed.out());
    assertThat(letter.path("id").textValue()).isEqualTo("long");
    assertThat(letter.path("code").textValue()).isEqualTo("question-too-long");
    assertThat(letter.path("attempts").textValue()).isEqualTo("1");

    PackagedApplication.Result other = application.run("dlq", "replay", "--code", "image-missing");
    assertThat(other.err()).contains("0 questions asked again");
    PackagedApplication.Result replayed = application.run("dlq", "replay", "--all");
    assertThat(replayed.exitCode()).as(replayed.err()).isZero();
    assertThat(replayed.err()).contains("1 questions asked again");

    Process lenient = application.start(directory.resolve("lenient.log").toFile(), "serve");
    try {
      PackagedApplication.Result seen =
          application.run("tail", "--from-beginning", "--limit", "4", "--json");
      assertThat(seen.out().lines())
          .extracting(line -> json.readTree(line).path("id").textValue())
          .containsExactlyInAnyOrder("short", "jobs.jsonl-2", "long");
    } finally {
      lenient.destroyForcibly().waitFor();
    }
  }

  @Test
  void withoutABrokerOrAnythingToDoItSaysWhatIsMissing() throws Exception {
    assertRefused(
        new PackagedApplication().run("dlq", "list"), "set kafka.bootstrap.servers (or KAFKA_");
    assertRefused(application.run("dlq"), "dlq needs one of list and replay");
    assertRefused(application.run("dlq", "replay"), "dlq replay needs either --all or");
    assertRefused(application.run("dlq", "list", "--code", "oops"), "--code oops is unknown: use");
    assertRefused(
        application.run("submit", "--jobs", "none.jsonl"), "--jobs none.jsonl is no file");
  }

  private static void assertRefused(PackagedApplication.Result result, String why) {
    assertThat(result.exitCode()).isEqualTo(ApplicationCommand.UNUSABLE_ARGUMENTS);
    assertThat(result.err()).startsWith(why).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  private Path jobs() throws Exception {
    Files.copy(SAMPLES.resolve("scene-00.png"), directory.resolve("scene.png"));
    String image = "\"image\":{\"uri\":\"scene.png\"},";
    return Files.write(
        directory.resolve("jobs.jsonl"),
        List.of(
            "{\"id\":\"short\",%s\"question\":\"what number is on the pineapple?\"}"
                .formatted(image),
            "{%s\"question\":\"is there a cow?\"}".formatted(image),
            "{\"id\":\"long\",%s\"question\":\"what number is on the pineapple that lies there?\"}"
                .formatted(image)));
  }
}
