package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static io.cropvqa.messaging.Conversation.withKey;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

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
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What happens to an instance whose transactional id another one takes. */
@QuarkusTest
@TestProfile(FencedTest.ItsOwn.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class FencedTest {
  private static final String ID = "crop-vqa-fenced";

  @Inject FakeEngine engine;
  @Inject InFlight inFlight;
  @Inject ConnectorSettings connector;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource(value = "/health/live", management = true)
  URI liveness;

  /** An application that no other test uses: this one leaves it dead. */
  public static final class ItsOwn extends ExactlyOnceProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("crop.transactional-id", ID);
      return settings;
    }
  }

  @Test
  void itStopsDeliveringAndSaysWhy() throws Exception {
    try (Conversation conversation = new Conversation(bootstrapServers);
        Transactions second = new Transactions(connector, ID, Duration.ofSeconds(10))) {
      conversation.ask("before", event("before", "What?"));
      conversation.answer(withKey("before"));
      inFlight.drain(Duration.ofSeconds(10));
      Map<Integer, Long> committed = GroupOffsets.committed(bootstrapServers, "crop-vqa");

      second.open();
      for (int i = 0; i < 12; i++) {
        conversation.ask("after-" + i, event("after-" + i, "What?"));
      }

      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  given()
                      .get(liveness)
                      .then()
                      .statusCode(503)
                      .body(
                          "checks.find { it.name == 'crop-delivery' }.data.reason",
                          containsString("crop.transactional-id=" + ID)));
      assertThat(inFlight.drain(Duration.ofSeconds(10))).isZero();
      int asked = engine.submitted();
      conversation.ask("late", event("late", "What?"));
      assertThat(conversation.answersWithin(Duration.ofSeconds(2))).hasSize(1);
      assertThat(engine.submitted()).as("nothing more is consumed").isEqualTo(asked);
      assertThat(GroupOffsets.committed(bootstrapServers, "crop-vqa")).isEqualTo(committed);
      assertThat(second.isOpen()).isTrue();
    }
  }
}
