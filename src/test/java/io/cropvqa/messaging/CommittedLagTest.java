package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.event;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A backlog is seen, also one that the client has fetched and counts as none. */
@QuarkusTest
@TestProfile(FakeEngineProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class CommittedLagTest {
  private static final int QUESTIONS = 10;

  /** Summed over the partitions. */
  private static final Pattern OURS =
      Pattern.compile("(?m)^crop_committed_lag\\{.*topic=\"vqa-questions\".*} (\\S+)$");

  private static final Pattern THE_CLIENTS =
      Pattern.compile("(?m)^kafka_consumer_fetch_manager_records_lag_max\\{.*} (\\S+)$");

  @Inject FakeEngine engine;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  @Test
  void aBacklogThatWasFetchedIsSeenUntilItIsSettled() {
    awaitLag(0);
    engine.goDown();
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      for (int i = 0; i < QUESTIONS; i++) {
        conversation.ask("lag-" + i, event("lag-" + i, "What?"));
      }
      awaitLag(QUESTIONS);
      assertThat(sum(THE_CLIENTS)).as("what the client calls lag").isZero();
    } finally {
      engine.comeUp();
    }
    awaitLag(0);
  }

  private void awaitLag(double questions) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(sum(OURS)).isEqualTo(questions));
  }

  /** NaN, which is nobody's lag, while there is no such series. */
  private double sum(Pattern series) {
    return series
        .matcher(given().get(metrics).asString())
        .results()
        .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }
}
