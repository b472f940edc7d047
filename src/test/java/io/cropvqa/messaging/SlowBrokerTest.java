package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The engine goes on while the broker owes it confirmations of answers, but not without end. */
@QuarkusTest
@TestProfile(SlowBrokerTest.Lingering.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class SlowBrokerTest {
  private static final int PLACES = FakeEngineProfile.MAX_IN_FLIGHT;
  private static final int QUESTIONS = 10;

  @Inject FakeEngine engine;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  /** Every answer is confirmed some seconds late. */
  public static final class Lingering extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("mp.messaging.outgoing.answers.linger.ms", "4000");
      return settings;
    }
  }

  @Test
  void asManyAnswersWaitForItAsThereArePlaces() {
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      for (int i = 0; i < QUESTIONS; i++) {
        conversation.ask("key-" + i, event("slow-" + i, i < PLACES ? "hold" : "What?"));
      }
      Awaitility.await().until(() -> engine.begun().size() == PLACES);
      engine.release();

      // Each answer but the one that fills the last place for answers let a question in.
      Awaitility.await()
          .atMost(Duration.ofSeconds(3))
          .during(Duration.ofSeconds(1))
          .until(() -> engine.answered().size() == 2 * PLACES - 1);
      assertThat(conversation.answersWithin(Duration.ofMillis(500))).isEmpty();
      assertThat(conversation.answers(QUESTIONS, answer -> true)).hasSize(QUESTIONS);
    }
  }
}
