package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.text;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nothing that is nobody's business is logged, or written into a dead letter's headers: not what is
 * asked, no picture, no key, no signature of a URL, whatever goes wrong.
 */
@QuarkusTest
@TestProfile(GuardedProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(TroubledS3.class)
class SecretsTest {
  private static final String SECRET = GuardedProfile.SECRET;
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4";

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  private final LogRecorder log = new LogRecorder();
  private Conversation conversation;

  @BeforeEach
  void begin() {
    System.setProperty("aws.accessKeyId", SECRET);
    System.setProperty("aws.secretAccessKey", SECRET);
    conversation = new Conversation(bootstrapServers);
    log.start();
  }

  @AfterEach
  void end() {
    log.stop();
    conversation.close();
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  /** What is sent, by key. */
  private static Map<String, String> troubles() {
    Map<String, String> events = new LinkedHashMap<>();
    events.put("bug", Conversation.event("q", "throw " + SECRET));
    events.put("no-json", "{\"question\": " + SECRET);
    events.put("cut", "{\"image\":{\"data\":\"" + PIXEL + SECRET);
    events.put("long", Conversation.event("q", SECRET.repeat(1000)));
    events.put("option", with("\"visualTokens\":\"" + SECRET + "\""));
    events.put("deadline", with("\"deadline\":\"" + SECRET + "\""));
    events.put("damaged", about("\"data\":\"" + PIXEL + "\""));
    events.put("no-picture", about("\"data\":\"aHVzaC00NzExaHVzaC00NzEx\""));
    events.put("type", about("\"data\":\"" + PIXEL + "\",\"mediaType\":\"" + SECRET + "\""));
    for (String uri :
        List.of(
            "https://no-such-host.invalid/a.png?X-Amz-Signature=" + SECRET,
            "https://localhost/a.png?sig=" + SECRET + "#" + SECRET,
            "https://127.0.0.1/a.png?sig=" + SECRET,
            "https://elsewhere.example/a.png?sig=" + SECRET,
            "https://" + SECRET + ":" + SECRET + "@no-such-host.invalid/a.png",
            "https:///a.png?sig=" + SECRET,
            "https:" + SECRET,
            "http://localhost/a.png?sig=" + SECRET,
            "file:///a.png?sig=" + SECRET,
            "data:image/png;base64," + SECRET,
            "not a uri " + SECRET,
            "s3://photos/a.png",
            "s3://photos/a.png?X-Amz-Security-Token=" + SECRET,
            "s3://" + SECRET + ":" + SECRET + "@photos/a.png")) {
      events.put("uri-" + events.size(), about("\"uri\":\"" + uri + "\""));
    }
    return events;
  }

  private static String with(String option) {
    return Conversation.event("q", SECRET).replaceFirst("}$", ",\"options\":{" + option + "}}");
  }

  private static String about(String image) {
    return "{\"image\":{%s},\"question\":\"%s\"}".formatted(image, SECRET);
  }

  @Test
  void nothingSecretIsLoggedOrPutIntoHeaders() {
    Map<String, String> troubles = troubles();
    conversation.ask("secret-good", Conversation.event("q-good", SECRET));
    troubles.forEach((key, event) -> conversation.ask("secret-" + key, event));
    conversation.answer(Conversation.withKey("secret-good"));

    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    troubles
        .keySet()
        .forEach(
            key -> letters.add(conversation.deadLetter(Conversation.withKey("secret-" + key))));
    askOverHttp(troubles);

    assertThat(letters)
        .allSatisfy(
            letter -> {
              for (Header header : letter.headers()) {
                assertThat(text(header.value())).as(header.key()).doesNotContain(SECRET, PIXEL);
              }
            });
    assertThat(log.text())
        .contains("goes to the dead letters: internal", "IllegalStateException: a bug")
        .contains("image-forbidden at fetch", "transient-exhausted at fetch")
        .doesNotContain(SECRET, PIXEL);
  }

  private static void askOverHttp(Map<String, String> troubles) {
    for (String event : troubles.values()) {
      String problem =
          given()
              .header("Authorization", "Bearer " + GuardedProfile.TOKEN)
              .contentType("application/json")
              .body(event)
              .post("/v1/answers")
              .asString();
      assertThat(problem).contains("\"detail\"").doesNotContain(SECRET, PIXEL);
    }
    given().header("Authorization", "Bearer " + SECRET).body("{}").post("/v1/answers?t=" + SECRET);
    given().header("Authorization", SECRET).body("{}").get("/nothing?t=" + SECRET);
  }
}
