package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader of committed records sees while the service works and its group changes. */
@QuarkusTest
@TestProfile(ExactlyOnceProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class ExactlyOnceTest {
  private static final String GROUP = "crop-vqa";

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
    engine.release();
    engine.takes(Duration.ZERO);
    conversation.close();
  }

  @Test
  void answersDeadLettersAndOffsetsAgree() throws Exception {
    engine.takesUpTo(Duration.ofMillis(40));
    for (int i = 0; i < 60; i++) {
      String event =
          switch (i % 4) {
            case 0 -> "{not json " + i;
            case 1 -> event("agree-" + i, "fail:INTERNAL");
            default -> event("agree-" + i, "What?");
          };
      conversation.ask("key-" + i, event);
    }

    conversation.answers(30, answer -> true);
    awaitAllCommitted();

    List<String> keys =
        new ArrayList<>(
            conversation.answersWithin(Duration.ofSeconds(1)).stream().map(this::key).toList());
    assertThat(keys).hasSize(30);
    keys.addAll(conversation.deadLettersWithin(Duration.ZERO).stream().map(this::key).toList());
    assertThat(keys)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 60).mapToObj(i -> "key-" + i).toList());
  }

  @Test
  void aSlowQuestionHoldsOnlyWhatIsBehindItInItsPartition() throws Exception {
    int behind = 3 * FakeEngineProfile.MAX_IN_FLIGHT;
    RecordMetadata slow = conversation.askIn(0, "slow", event("slow", "hold"));
    IntStream.range(0, behind)
        .forEach(i -> conversation.askIn(0, "b" + i, event("behind-" + i, "What?")));
    IntStream.range(0, behind)
        .forEach(i -> conversation.askIn(1, "e" + i, event("elsewhere-" + i, "What?")));

    conversation.answers(behind, answer -> subject(answer).startsWith("elsewhere-"));
    // More than fit at once: those that are finished gave their places to others.
    Awaitility.await()
        .until(
            () -> engine.begun().stream().filter(id -> id.startsWith("behind-")).count() == behind);
    assertThat(conversation.answersWithin(Duration.ofMillis(500)))
        .extracting(ExactlyOnceTest::subject)
        .allMatch(id -> id.startsWith("elsewhere-"));
    assertThat(Groups.committed(bootstrapServers, GROUP).get(0)).isLessThanOrEqualTo(slow.offset());

    engine.release();

    List<String> order = new ArrayList<>(List.of("slow"));
    IntStream.range(0, behind).forEach(i -> order.add("behind-" + i));
    conversation.answers(behind + 1, answer -> !subject(answer).startsWith("elsewhere-"));
    assertThat(
            conversation.answers().stream()
                .map(ExactlyOnceTest::subject)
                .filter(id -> !id.startsWith("elsewhere-")))
        .containsExactlyInAnyOrderElementsOf(order);
    awaitAllCommitted();
  }

  @Test
  void aMemberThatJoinsAndLeavesInTheMiddleDoublesNothing() throws Exception {
    engine.takes(Duration.ofMillis(500));
    List<String> ids = IntStream.range(0, 150).mapToObj(i -> "shared-" + i).toList();
    ids.forEach(id -> conversation.ask(id, event(id, "What?")));
    conversation.answers(10, answer -> true);

    readWithoutCommitting();
    engine.takes(Duration.ofMillis(30));

    conversation.answers(150, answer -> true);
    assertThat(conversation.answersWithin(Duration.ofSeconds(1)))
        .extracting(ExactlyOnceTest::subject)
        .containsExactlyInAnyOrderElementsOf(ids);
    awaitAllCommitted();
  }

  /** Another member takes half of the partitions, reads a question there, and leaves it so. */
  private void readWithoutCommitting() {
    Map<String, Object> member =
        Map.of(
            "bootstrap.servers", bootstrapServers, "group.id", GROUP, "enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> other =
        new KafkaConsumer<>(member, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      other.subscribe(List.of(BrokerResource.TOPICS.questions()));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !other.poll(Duration.ofMillis(100)).isEmpty());
      assertThat(other.assignment()).hasSize(BrokerResource.PARTITIONS / 2);
    }
  }

  private void awaitAllCommitted() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Groups.committed(bootstrapServers, GROUP))
                    .isEqualTo(Groups.ends(bootstrapServers)));
  }

  private String key(ConsumerRecord<byte[], byte[]> record) {
    return text(record.key());
  }

  private static String subject(ConsumerRecord<byte[], byte[]> answer) {
    return header(answer, "ce_subject");
  }
}
