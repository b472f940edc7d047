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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions of one key in their order, at least once. */
@QuarkusTest
@TestProfile(OrderedQuestionsTest.Ordered.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class OrderedQuestionsTest {
  private static final int KEYS = 6;
  private static final int QUESTIONS = 120;

  @Inject FakeEngine engine;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  /** One key is one at a time. */
  public static final class Ordered extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return inOrder(super.getConfigOverrides());
    }
  }

  static Map<String, String> inOrder(Map<String, String> others) {
    Map<String, String> settings = new HashMap<>(others);
    settings.put("crop.order", "key");
    return settings;
  }

  @AfterEach
  void end() {
    engine.takes(Duration.ZERO);
  }

  @Test
  void ofOneKeyEachIsAskedAndAnsweredAfterTheOtherWhileOtherKeysGoOn() {
    engine.takesUpTo(Duration.ofMillis(40));
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      for (int i = 0; i < QUESTIONS; i++) {
        conversation.ask("key-" + i % KEYS, event(i % KEYS + ":" + i, "What?"));
      }

      List<String> answered =
          conversation.answers(QUESTIONS, answer -> true).stream()
              .filter(answer -> text(answer.key()).startsWith("key-"))
              .map(OrderedQuestionsTest::subject)
              .toList();

      List<String> asked = IntStream.range(0, QUESTIONS).mapToObj(i -> i % KEYS + ":" + i).toList();
      assertThat(byKey(answered)).isEqualTo(byKey(asked));
      assertThat(byKey(engine.begun())).isEqualTo(byKey(asked));
      assertThat(engine.mostRunning()).isBetween(2, FakeEngineProfile.MAX_IN_FLIGHT);
    }
  }

  private static Map<String, List<String>> byKey(List<String> names) {
    return names.stream().collect(Collectors.groupingBy(name -> name.split(":")[0]));
  }

  private static String subject(ConsumerRecord<byte[], byte[]> answer) {
    return header(answer, "ce_subject");
  }
}
