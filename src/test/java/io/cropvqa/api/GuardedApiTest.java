package io.cropvqa.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.cropvqa.image.ScriptedImages;
import io.cropvqa.messaging.BrokerResource;
import io.cropvqa.messaging.GuardedProfile;
import io.cropvqa.messaging.TroubledS3;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask over HTTP, and what is said to those who ask wrongly. */
@QuarkusTest
@TestProfile(GuardedProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(TroubledS3.class)
class GuardedApiTest {
  @TestHTTPResource URI service;

  private static RequestSpecification asking(String event) {
    return given().contentType("application/json").body(event);
  }

  private static RequestSpecification signedIn(String event) {
    return asking(event).header("Authorization", "Bearer " + GuardedProfile.TOKEN);
  }

  private static String event() {
    return "{\"id\":\"q\",\"image\":{\"data\":\"%s\"},\"question\":\"What?\"}"
        .formatted(Base64.getEncoder().encodeToString(ScriptedImages.png()));
  }

  @Test
  void whoHoldsTheTokenIsAnswered() {
    signedIn(event())
        .post("/v1/answers")
        .then()
        .statusCode(200)
        .body("answer", equalTo("echo What?"));
    asking(event())
        .header("Authorization", "bearer  " + GuardedProfile.TOKEN + " ")
        .post("/v1/answers")
        .then()
        .statusCode(200);
  }

  @Test
  void nobodyElseIs() {
    asking(event())
        .post("/v1/answers")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .contentType("application/problem+json")
        .body("title", equalTo("Unauthorized"))
        .body("status", equalTo(401))
        .body("detail", containsString("crop.api.token"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer " + GuardedProfile.TOKEN + "x",
        "Bearer" + GuardedProfile.TOKEN,
        "Basic " + GuardedProfile.TOKEN,
        GuardedProfile.TOKEN
      })
  void almostTheTokenIsNotTheToken(String header) {
    asking(event()).header("Authorization", header).post("/v1/answers").then().statusCode(401);
  }

  @Test
  void whatRunsHereMayBeSeenByAll() {
    given().get("/v1/info").then().statusCode(200).body("ready", equalTo(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"image\":5,\"question\":\"What?\"}"})
  void aBodyThatIsNoQuestionIsABadRequest(String event) {
    signedIn(event)
        .post("/v1/answers")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("malformed-event"));
  }

  @Test
  void anotherTypeOfBodyIsRefused() {
    given()
        .header("Authorization", "Bearer " + GuardedProfile.TOKEN)
        .contentType("text/xml")
        .body("<event/>")
        .post("/v1/answers")
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body("detail", containsString("application/json"));
  }

  @Test
  void anotherMethodIsRefused() {
    given().get("/v1/answers").then().statusCode(405);
  }

  /** By what it says of itself: the body is never read. */
  @Test
  void aBodyThatIsTooLargeIsRefused() throws IOException {
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      String head =
          "POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                  .formatted(GuardedProfile.TOKEN)
              + "Content-Type: application/json\r\nContent-Length: 17000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 413");
    }
  }
}
