package io.cropvqa.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.cropvqa.messaging.Conversation;
import io.cropvqa.messaging.SecureBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Kafka clients are told about security reaches all of them, and is told to nobody. */
class SecureBrokerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path keys;
  private static SecureBroker broker;

  @TempDir Path directory;
  private int management;
  private Process service;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new SecureBroker(keys);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void stopService() throws Exception {
    service.destroyForcibly().waitFor();
  }

  @Test
  void withItsPasswordTheServiceAnswersAndCommandsWork() throws Exception {
    Map<String, String> environment =
        broker.scramEnvironment(SecureBroker.SERVICE, SecureBroker.PASSWORD);
    serve(environment);

    assertQuestionsAreAnsweredAndDeadLettered("scram");
    PackagedApplication.Result listed =
        new PackagedApplication().with(environment).run("dlq", "list");
    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(listed.out()).contains("malformed-event");
    await(
        () ->
            given()
                .get("http://localhost:" + management + "/q/metrics")
                .then()
                .body(containsString("crop_committed_lag{")));
    assertThat(log()).doesNotContain(SecureBroker.PASSWORD);
  }

  @Test
  void withAnOauthTokenTheServiceAnswers() throws Exception {
    serve(broker.oauthEnvironment(SecureBroker.SERVICE));

    assertQuestionsAreAnsweredAndDeadLettered("oauth");
  }

  @Test
  void withAWrongPasswordItIsNotReadyAndSaysWhyWithoutSayingThePassword() throws Exception {
    serve(broker.scramEnvironment(SecureBroker.SERVICE, "wrong-horse"));

    await(() -> assertThat(log()).contains("invalid credentials with SASL mechanism SCRAM"));
    await(() -> given().get(ready()).then().statusCode(503));
    assertThat(log()).doesNotContain("wrong-horse");
  }

  @Test
  void withoutTheRightToReadQuestionsItIsNotReadyAndNamesTheTopic() throws Exception {
    serve(broker.scramEnvironment(SecureBroker.STRANGER, SecureBroker.PASSWORD));

    await(() -> assertThat(log()).contains("authorization failed for topics [vqa-questions]"));
    await(
        () ->
            given()
                .get(ready())
                .then()
                .statusCode(503)
                .body(
                    "checks.find { it.name == 'crop-broker-access' }.data.broker",
                    containsString("Topic authorization failed")));
    assertThat(log()).doesNotContain(SecureBroker.PASSWORD);
  }

  private static void assertQuestionsAreAnsweredAndDeadLettered(String key) {
    try (Conversation conversation = new Conversation(broker.bootstrapServers())) {
      conversation.ask(key, Conversation.event(key, "what color is it?"), Map.of());
      conversation.ask(key, "{", Map.of("ce_subject", key + "-bad"));
      conversation.awaitOutcomes(Set.of(key, key + "-bad"), PATIENCE);
      assertThat(conversation.deadLetters())
          .extracting(letter -> Conversation.header(letter, "ce_subject"))
          .containsExactly(key + "-bad");
    }
  }

  private void serve(Map<String, String> environment) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      management = socket.getLocalPort();
    }
    service =
        new PackagedApplication("-Dquarkus.management.port=" + management)
            .with(environment)
            .start(directory.resolve("service.log").toFile(), "serve");
  }

  private String ready() {
    return "http://localhost:" + management + "/q/health/ready";
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("service.log"));
  }

  private static void await(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .untilAsserted(assertion);
  }
}
