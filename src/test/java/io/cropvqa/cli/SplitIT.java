package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.messaging.BrokerResource;
import io.cropvqa.messaging.Conversation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two packaged services with a topic between them do what one does. */
class SplitIT {
  @TempDir Path directory;

  private final ObjectMapper json = new ObjectMapper();
  private final BrokerResource broker = new BrokerResource();
  private final List<Process> services = new ArrayList<>();
  private String connection;
  private Conversation conversation;

  @BeforeEach
  void startBroker() {
    String bootstrapServers = broker.start().get("kafka.bootstrap.servers");
    connection = "-Dkafka.bootstrap.servers=" + bootstrapServers;
    conversation = new Conversation(bootstrapServers);
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process service : services) {
      service.destroyForcibly().waitFor();
    }
    conversation.close();
    broker.stop();
  }

  private Process serve(String stages) throws Exception {
    Process service =
        new PackagedApplication(connection, "-Dcrop.stages=" + stages)
            .start(directory.resolve(stages + ".log").toFile(), "serve");
    services.add(service);
    return service;
  }

  @Test
  void theyAnswerAsOneServiceDoesAndEachRefusesWhatItFinds() throws Exception {
    Process one = serve("all");
    Map<String, JsonNode> asOne = answersOfSamples("one");
    one.destroy();
    one.waitFor();

    serve("localize");
    serve("infer");
    Map<String, JsonNode> apart = answersOfSamples("two");
    assertThat(apart).isEqualTo(asOne);
    assertThat(conversation.localized(apart.size(), record -> true)).hasSameSizeAs(apart.keySet());
    assertThat(apart.values())
        .extracting(answer -> answer.at("/region/source").textValue())
        .contains("localizer");

    bad("broken", "{\"question\"", "malformed-event");
    bad("blank", event("AQID", "{}"), "image-undecodable");
    String picture = samples().get(0).event().at("/image/data").textValue();
    bad("magic", event(picture, "{\"pruning\":\"magic\"}"), "invalid-option");
    bad("endless", event(picture, "{\"maxNewTokens\":1000000}"), "question-too-long");
    assertThat(conversation.deadLetters()).hasSize(4);
    conversation.localized(Conversation.withKey("magic"));
    conversation.localized(Conversation.withKey("endless"));
    assertThat(conversation.localized(0, record -> true))
        .as("what the first stage refused is not handed on")
        .noneMatch(Conversation.withKey("broken").or(Conversation.withKey("blank")));

    PackagedApplication.Result replayed =
        new PackagedApplication(connection).run("dlq", "replay", "--code", "question-too-long");
    assertThat(replayed.exitCode()).as(replayed.err()).isZero();
    conversation.deadLetter(
        record ->
            Conversation.withKey("endless").test(record)
                && "2".equals(Conversation.header(record, "crop-attempts")));
    assertThat(conversation.localized(2, Conversation.withKey("endless")))
        .as("it went the whole way again")
        .hasSize(2);
  }

  private void bad(String key, String event, String code) {
    conversation.ask(key, event, Map.of("ce_id", key, "ce_source", "split-test"));
    ConsumerRecord<byte[], byte[]> letter = conversation.deadLetter(Conversation.withKey(key));
    assertThat(Conversation.header(letter, "crop-failure-code")).as(key).isEqualTo(code);
    assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo(event);
    assertThat(Conversation.header(letter, "dead-letter-topic")).isEqualTo("vqa-questions");
    assertThat(Stream.of(letter.headers().toArray()))
        .extracting("key")
        .doesNotContain("crop-region", "crop-question-position");
  }

  private static String event(String data, String options) {
    return "{\"image\":{\"data\":\"%s\"},\"question\":\"what?\",\"options\":%s}"
        .formatted(data, options);
  }

  private static List<DemoJob> samples() throws Exception {
    DemoCommand command = new DemoCommand();
    new CommandLine(command).parseArgs();
    return DemoJob.load(command);
  }

  /** The answers to all samples, by {@code ce_id}, without what the clock says. */
  private Map<String, JsonNode> answersOfSamples(String trace) throws Exception {
    Set<String> ids = new TreeSet<>();
    for (DemoJob job : samples()) {
      conversation.ask(
          job.imageName(),
          new String(job.json(), StandardCharsets.UTF_8),
          Map.of("ce_source", "split-test", "ce_subject", job.id(), "traceparent", trace));
      ids.add(job.id());
    }
    List<ConsumerRecord<byte[], byte[]>> answers =
        conversation.answers(
            ids.size(),
            record -> Objects.equals(trace, Conversation.header(record, "traceparent")));
    assertThat(answers).hasSameSizeAs(ids);
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> answer : answers) {
      ObjectNode event = (ObjectNode) json.readTree(answer.value());
      assertThat(event.at("/timings/totalMs").isNumber()).isTrue();
      event.remove("timings");
      byId.put(Conversation.header(answer, "ce_id"), event);
    }
    assertThat(byId.values().stream().map(event -> event.get("id").textValue()))
        .containsExactlyInAnyOrderElementsOf(ids);
    return byId;
  }
}
