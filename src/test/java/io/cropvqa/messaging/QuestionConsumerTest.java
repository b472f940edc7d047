package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.text;
import static io.cropvqa.messaging.Conversation.withKey;
import static io.cropvqa.messaging.FakeEngineProfile.MAX_IN_FLIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Kafka edge with a real broker and an engine that does as it is told. */
@QuarkusTest
@TestProfile(FakeEngineProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class QuestionConsumerTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Inject FakeEngine engine;
  @Inject InFlight inFlight;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  private Conversation conversation;

  @BeforeEach
  void begin() {
    conversation = new Conversation(bootstrapServers);
  }

  @AfterEach
  void end() {
    engine.comeUp();
    engine.takes(Duration.ZERO);
    conversation.close();
  }

  @Test
  void anAnswerIsACloudEventUnderTheQuestionsKey() throws Exception {
    conversation.ask(
        "img-1",
        event("q-1", "What?"),
        Map.of("ce_id", "e-1", "ce_source", "shop", "traceparent", TRACE));

    ConsumerRecord<byte[], byte[]> answer = conversation.answer(withKey("img-1"));

    JsonNode event = new ObjectMapper().readTree(answer.value());
    assertThat(event.get("id").textValue()).isEqualTo("q-1");
    assertThat(event.get("answer").textValue()).isEqualTo("echo What?");
    assertThat(header(answer, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(answer, "ce_id")).matches("[0-9a-f]{32}");
    assertThat(header(answer, "ce_source")).isEqualTo("crop-vqa");
    assertThat(header(answer, "ce_type")).isEqualTo("io.cropvqa.answer.v1");
    assertThat(header(answer, "ce_subject")).isEqualTo("q-1");
    assertThat(header(answer, "ce_time")).endsWith("Z");
    assertThat(header(answer, "content-type")).isEqualTo("application/json");
    assertThat(header(answer, "traceparent")).isEqualTo(TRACE);
  }

  @Test
  void aPlainQuestionWithoutKeyOrHeadersIsNamedByItsPosition() {
    conversation.ask(null, event("", "Nameless?").replace("\"id\":\"\",", ""));

    ConsumerRecord<byte[], byte[]> answer =
        conversation.answer(record -> text(record.value()).contains("echo Nameless?"));

    assertThat(answer.key()).isNull();
    assertThat(header(answer, "ce_subject")).matches("vqa-questions-[0-3]-\\d+");
    assertThat(answer.headers().lastHeader("traceparent")).isNull();
  }

  @Test
  void theCloudEventsIdNamesAQuestionThatDoesNotNameItself() {
    conversation.ask(
        "img-2", event("", "What?").replace("\"id\":\"\",", ""), Map.of("ce_id", "e-2"));

    assertThat(header(conversation.answer(withKey("img-2")), "ce_subject")).isEqualTo("e-2");
  }

  @Test
  void aQuestionAskedAgainIsAnsweredUnderTheSameEventId() {
    Map<String, String> fromShop = Map.of("ce_id", "e-3", "ce_source", "shop");
    conversation.ask("img-3", event("q-3", "What?"), fromShop);
    conversation.ask("img-3", event("q-3", "What?"), fromShop);
    conversation.ask("img-3", event("q-3", "What?"), Map.of("ce_id", "e", "ce_source", "farm"));

    List<String> ids =
        conversation.answers(3, withKey("img-3")).stream().map(a -> header(a, "ce_id")).toList();

    assertThat(Set.copyOf(ids)).hasSize(2);
  }

  @Test
  void aSenderCanNotChooseWhereTheAnswerGoes() {
    conversation.ask(
        "img-4",
        event("q-4", "What?"),
        Map.of("REPLY_TOPIC", "vqa-questions", "REPLY_PARTITION", "no number"));

    assertThat(header(conversation.answer(withKey("img-4")), "ce_subject")).isEqualTo("q-4");
  }

  @ParameterizedTest
  @MethodSource
  void poisonIsDeadLetteredAsItCameAndSaysWhy(String key, String event, String code, String stage) {
    conversation.ask(
        key, event, Map.of("ce_id", "e-9", "ce_time", "not a time", "x-own", "kept", "ce_", "odd"));
    conversation.ask("good-" + key, event("q-good", "Still there?"));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));

    assertThat(deadLetter.value() == null ? null : text(deadLetter.value())).isEqualTo(event);
    assertThat(header(deadLetter, "ce_id")).isEqualTo("e-9");
    assertThat(header(deadLetter, "ce_time")).isEqualTo("not a time");
    assertThat(header(deadLetter, "x-own")).isEqualTo("kept");
    assertThat(header(deadLetter, "dead-letter-topic")).isEqualTo("vqa-questions");
    assertThat(header(deadLetter, "dead-letter-partition")).matches("[0-3]");
    assertThat(header(deadLetter, "dead-letter-offset")).matches("\\d+");
    assertThat(header(deadLetter, "dead-letter-reason")).isNotBlank();
    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo(code);
    assertThat(header(deadLetter, "crop-failure-stage")).isEqualTo(stage);
    assertThat(header(deadLetter, "crop-attempts")).isEqualTo("1");
    assertThat(header(deadLetter, "crop-service-version")).isNotBlank();
    conversation.answer(withKey("good-" + key));
  }

  static Stream<Arguments> poisonIsDeadLetteredAsItCameAndSaysWhy() {
    return Stream.of(
        arguments("p-json", "{not json", "malformed-event", "accept"),
        arguments("p-null", null, "malformed-event", "accept"),
        arguments("p-type", "{\"question\": 5, \"own\": true}", "malformed-event", "accept"),
        arguments(
            "p-option",
            event("q", "What?").replace("{\"id\"", "{\"options\":{\"visualTokens\":0},\"id\""),
            "invalid-option",
            "accept"),
        arguments("p-long", event("q", "x".repeat(5000)), "question-too-long", "accept"),
        arguments(
            "p-image",
            "{\"image\":{\"data\":\"AQID\"},\"question\":\"What?\"}",
            "image-undecodable",
            "decode"),
        arguments(
            "p-deadline", event("q", "fail:DEADLINE_EXCEEDED"), "deadline-exceeded", "prefill"),
        arguments("p-bug", event("q", "throw"), "internal", "accept"));
  }

  /** Whichever way it is delivered: a test of the other way extends this one. */
  @Test
  void aDeadLettersHeadersAreTheConnectorsThenTheQuestionsThenOurs() {
    conversation.ask("h-json", "{not json", Map.of("ce_id", "e-10"));
    conversation.ask("h-bug", event("q", "throw"), Map.of("ce_id", "e-11"));

    assertThat(conversation.deadLetter(withKey("h-json")).headers())
        .extracting(Header::key)
        .containsExactly(
            "dead-letter-exception-class-name",
            "dead-letter-reason",
            "dead-letter-topic",
            "dead-letter-partition",
            "dead-letter-offset",
            "ce_id",
            "crop-failure-code",
            "crop-failure-stage",
            "crop-attempts",
            "crop-service-version");
    ConsumerRecord<byte[], byte[]> bug = conversation.deadLetter(withKey("h-bug"));
    assertThat(bug.headers())
        .extracting(Header::key)
        .startsWith(
            "dead-letter-exception-class-name",
            "dead-letter-reason",
            "dead-letter-cause-class-name",
            "dead-letter-cause",
            "dead-letter-topic");
    assertThat(header(bug, "dead-letter-exception-class-name"))
        .isEqualTo("io.cropvqa.domain.QuestionFailure");
    assertThat(header(bug, "dead-letter-cause-class-name"))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(header(bug, "dead-letter-cause")).isEqualTo("a bug");
  }

  @Test
  void aReplayedDeadLetterCountsItsAttempts() {
    conversation.ask("again", "{", Map.of("crop-attempts", "2"));
    conversation.ask("odd", "{", Map.of("crop-attempts", "many"));

    assertThat(header(conversation.deadLetter(withKey("again")), "crop-attempts")).isEqualTo("3");
    assertThat(header(conversation.deadLetter(withKey("odd")), "crop-attempts")).isEqualTo("1");
  }

  @Test
  void twoHundredQuestionsAreAllAnsweredAndNeverTooManyAtOnce() throws Exception {
    engine.takes(Duration.ofMillis(20));
    List<String> ids = IntStream.range(0, 200).mapToObj(i -> "many-" + i).toList();
    ids.forEach(id -> conversation.ask("img-" + id.hashCode() % 7, event(id, "What?")));

    Set<String> answered =
        conversation
            .answers(200, record -> header(record, "ce_subject").startsWith("many-"))
            .stream()
            .map(record -> header(record, "ce_subject"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(answered).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(engine.mostRunning()).isEqualTo(MAX_IN_FLIGHT);
    assertThat(inFlight.drain(Duration.ofSeconds(10))).isZero();
  }

  /** What came earlier, and far more of it, from another source and in another partition. */
  @Test
  void aBulkJobDoesNotKeepOthersWaiting() {
    engine.takes(Duration.ofMillis(200));
    int partition = conversation.ask("bulk", event("bulk-0", "What?"), from("bulk")).partition();
    IntStream.range(1, 200)
        .forEach(i -> conversation.ask("bulk", event("bulk-" + i, "What?"), from("bulk")));
    Awaitility.await().until(() -> engine.answered().contains("bulk-10"));
    String mine =
        IntStream.range(0, 100)
            .mapToObj(i -> "mine-" + i)
            .filter(key -> partitionOf(key) != partition)
            .findFirst()
            .orElseThrow();
    List<String> ids = IntStream.range(0, 10).mapToObj(i -> "mine-" + i).toList();
    ids.forEach(id -> conversation.ask(mine, event(id, "What?"), from("me")));
    int before = engine.answered().size(); // once the broker has them all

    Awaitility.await().until(() -> engine.answered().containsAll(ids));

    assertThat(engine.answered()).as("the bulk job still runs").doesNotContain("bulk-199");
    List<String> since = engine.answered().subList(before, engine.answered().size());
    int last = since.lastIndexOf("mine-9") + 1;
    assertThat(last).as("answers until mine were there").isLessThan(12 * MAX_IN_FLIGHT);
    conversation.answers(210, record -> header(record, "ce_subject").matches("(bulk|mine)-.*"));
  }

  private static Map<String, String> from(String source) {
    return Map.of("ce_source", source);
  }

  /** Where Kafka's own partitioner puts a key. */
  private static int partitionOf(String key) {
    int hash = Utils.murmur2(key.getBytes(StandardCharsets.UTF_8));
    return Utils.toPositive(hash) % BrokerResource.PARTITIONS;
  }

  @Test
  void whileTheEngineIsDownQuestionsWaitAndNoneIsDeadLettered() {
    engine.goDown();
    int before = engine.submitted();
    List<String> keys = IntStream.range(0, 12).mapToObj(i -> "down-" + i).toList();
    keys.forEach(key -> conversation.ask(key, event(key, "What?")));
    // More attempts than places: the questions that hold them are tried again.
    Awaitility.await().until(() -> engine.submitted() - before > 3 * MAX_IN_FLIGHT);

    assertThat(conversation.deadLettersWithin(Duration.ofSeconds(1))).isEmpty();
    engine.comeUp();

    conversation.answers(12, record -> header(record, "ce_subject").startsWith("down-"));
    assertThat(conversation.deadLettersWithin(Duration.ofMillis(300))).isEmpty();
  }

  @Test
  void aQuestionOfSixteenMebibytesTravelsBothWays() {
    String padding = "x".repeat((16 << 20) - 4096);
    conversation.ask(
        "large", event("q-large", "What?").replace("{\"id\"", "{\"p\":\"" + padding + "\",\"id\""));
    conversation.ask("large-poison", "{\"p\":\"" + padding + "\"}");

    conversation.answer(withKey("large"));
    assertThat(conversation.deadLetter(withKey("large-poison")).value().length)
        .isGreaterThan(16_000_000);
  }
}
