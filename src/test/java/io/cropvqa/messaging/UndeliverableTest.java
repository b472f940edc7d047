package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when the broker takes neither answer nor dead letter: here, both are too large. */
@QuarkusTest
@TestProfile(UndeliverableTest.NothingFits.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class UndeliverableTest {
  @Inject InFlight inFlight;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource(value = "/health/live", management = true)
  URI liveness;

  private Conversation conversation;

  /** Producers that refuse whatever the service writes. */
  public static final class NothingFits extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("mp.messaging.outgoing.answers.max.request.size", "100");
      settings.put("mp.messaging.incoming.questions.dead-letter-queue.max.request.size", "100");
      return settings;
    }
  }

  @BeforeEach
  void begin() {
    conversation = new Conversation(bootstrapServers);
  }

  @AfterEach
  void end() {
    conversation.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"What?", "fail:INTERNAL"})
  void theQuestionStaysUncommittedAndLivenessTurnsRed(String question) throws Exception {
    RecordMetadata asked = conversation.ask("stuck", event("q-stuck", question));
    String position = "vqa-questions-%d-%d".formatted(asked.partition(), asked.offset());

    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                given()
                    .get(liveness)
                    .then()
                    .statusCode(503)
                    .body(
                        "checks.find { it.name == 'crop-delivery' }.data.question",
                        equalTo(position)));

    assertThat(inFlight.drain(Duration.ofSeconds(5))).isZero();
    // Longer than the commit interval.
    assertThat(conversation.deadLettersWithin(Duration.ofSeconds(2))).isEmpty();
    assertThat(committed(new TopicPartition(asked.topic(), asked.partition())))
        .isLessThanOrEqualTo(asked.offset());
  }

  private long committed(TopicPartition partition) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets("crop-vqa")
              .partitionsToOffsetAndMetadata()
              .get()
              .get(partition);
      return offset == null ? 0 : offset.offset();
    }
  }
}
