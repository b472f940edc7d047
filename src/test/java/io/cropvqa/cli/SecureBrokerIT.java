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
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Kafka clients are told about security reaches all of them, and is told to nobody. */
class SecureBrokerIT {
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
    assertThat(listed.err()).as("dlq list").isEmpty();
    assertThat(listed.out()).contains("malformed-event");
    await(
        () ->
            given()
                .get("http://localhost:{port}/q/metrics", management)
                .then()
                .body(containsString("crop_committed_lag{")));
    assertThat(log()).doesNotContain(SecureBroker.PASSWORD, " WARN ", " ERROR ");
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

    await(() -> assertThat(log()).contains("Not authorized to access topics: [vqa-questions]"));
    await(() -> given().get(ready()).then().statusCode(503));
    assertThat(log()).doesNotContain(SecureBroker.PASSWORD);
  }

  private static void assertQuestionsAreAnsweredAndDeadLettered(String key) {
    try (Conversation conversation = new Conversation(broker.bootstrapServers())) {
      conversation.ask(key, Conversation.event(key, "what color is it?"), Map.of());
      conversation.ask(key, "{", Map.of("ce_subject", key + "-bad"));
      conversation.answer(answer -> key.equals(Conversation.header(answer, "ce_subject")));
      await(
          () -> {
            conversation.poll(Duration.ofMillis(100));
            assertThat(conversation.deadLetters())
                .extracting(letter -> Conversation.header(letter, "ce_subject"))
                .contains(key + "-bad");
          });
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
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .untilAsserted(assertion);
  }
}
