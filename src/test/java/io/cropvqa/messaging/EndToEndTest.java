package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.withKey;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.contract.ContractFiles;
import io.cropvqa.image.SampleImages;
import io.cropvqa.observability.PinnedMetrics;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole service with a real broker, the bundled model and real pictures, good ones and bad
 * ones.
 */
@QuarkusTest
@TestProfile(EndToEndTest.WithFileRoot.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class EndToEndTest {
  private static final Path SCENE = Path.of("kafka/samples/scene-00.png");
  private static final String QUESTION = "What number is on the pineapple?";
  private static final String ANSWER = "11";

  /** A line of a scrape; group 1 names the metric, whichever of its series it is. */
  private static final Pattern SERIES = Pattern.compile("(?m)^(\\w+?)(?:_bucket|_sum|_count)?[{ ]");

  /** The pictures of kafka/samples may be named by a file URI. */
  public static class WithFileRoot implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("crop.image.file-root", SCENE.getParent().toString());
    }
  }

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  private Conversation conversation;

  @BeforeEach
  void begin() {
    conversation = new Conversation(bootstrapServers);
  }

  @AfterEach
  void end() {
    conversation.close();
  }

  @Test
  void aQuestionIsAnsweredWithRegionAndPruningStatistics() throws Exception {
    conversation.ask("scene", event(Files.readAllBytes(SCENE), QUESTION, "\"visualTokens\":28"));

    ConsumerRecord<byte[], byte[]> record = conversation.answer(withKey("scene"));
    assertHeadersAreTheContracts(record, "answerHeaders");
    JsonNode answer = json(record);
    assertThat(ContractFiles.errors("answer-event.json", answer)).isEmpty();
    assertThat(answer.get("answer").textValue()).isEqualTo(ANSWER);
    assertThat(answer.get("finishReason").textValue()).isEqualTo("stop");
    assertThat(answer.at("/model/name").textValue()).isEqualTo("crop-scenes-2m");
    assertThat(answer.at("/region/source").textValue()).isEqualTo("localizer");
    assertThat(answer.at("/region/box").toString()).isEqualTo("[1,0,3,2]");
    assertThat(answer.at("/pruning/visualTokensBefore").intValue()).isEqualTo(256);
    assertThat(answer.at("/pruning/averageVisualTokens").doubleValue()).isLessThanOrEqualTo(28);
    assertThat(answer.at("/pruning/visualTokensPerLayer")).hasSize(8);
    assertThat(answer.at("/timings/timeToFirstTokenMs").isNumber()).isTrue();
  }

  @Test
  void aPictureMayBeNamedByItsFile() throws Exception {
    conversation.ask(
        "by-file",
        "{\"question\":\"%s\",\"image\":{\"uri\":\"%s\"}}".formatted(QUESTION, SCENE.toUri()));

    JsonNode answer = json(conversation.answer(withKey("by-file")));
    assertThat(answer.get("answer").textValue()).isEqualTo(ANSWER);
  }

  @Test
  void aQuestionMayBeAboutSeveralPictures() throws Exception {
    conversation.ask("several", aboutTwo(SCENE, SCENE.resolveSibling("scene-01.png")));

    JsonNode answer = json(conversation.answer(withKey("several")));
    assertThat(answer.get("regions")).hasSize(2);
    assertThat(answer.at("/regions/0")).isEqualTo(answer.get("region"));
    assertThat(answer.at("/pruning/visualTokensBefore").intValue()).isEqualTo(512);
  }

  @Test
  void theOneOfSeveralPicturesThatIsMissingIsNamed() {
    conversation.ask("several-missing", aboutTwo(SCENE, SCENE.resolveSibling("no-such.png")));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey("several-missing"));
    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo("image-missing");
    assertThat(header(deadLetter, "dead-letter-reason")).startsWith("images[1]: ");
  }

  private static String aboutTwo(Path first, Path second) {
    return "{\"question\":\"%s\",\"images\":[{\"uri\":\"%s\"},{\"uri\":\"%s\"}]}"
        .formatted(QUESTION, first.toUri(), second.toUri());
  }

  @ParameterizedTest
  @MethodSource
  void badQuestionsAreDeadLetteredAndTheNextIsAnswered(String key, String event, String code)
      throws Exception {
    conversation.ask(key, event);
    conversation.ask("after-" + key, event(Files.readAllBytes(SCENE), QUESTION, ""));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));
    assertHeadersAreTheContracts(deadLetter, "deadLetterHeaders");
    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo(code);
    assertThat(Conversation.text(deadLetter.value())).isEqualTo(event);
    JsonNode next = json(conversation.answer(withKey("after-" + key)));
    assertThat(next.get("answer").textValue()).isEqualTo(ANSWER);
  }

  static Stream<Arguments> badQuestionsAreDeadLetteredAndTheNextIsAnswered() throws IOException {
    byte[] scene = Files.readAllBytes(SCENE);
    return Stream.of(
        arguments("malformed", "{\"question\": \"What", "malformed-event"),
        arguments("wrong-type", "{\"question\": 7, \"image\": {}}", "malformed-event"),
        arguments("no-image", "{\"question\": \"What?\"}", "malformed-event"),
        arguments(
            "outside",
            "{\"question\":\"What?\",\"image\":{\"uri\":\"file:///etc/hosts\"}}",
            "image-forbidden"),
        arguments(
            "missing",
            "{\"question\":\"What?\",\"image\":{\"uri\":\"%s\"}}"
                .formatted(SCENE.resolveSibling("no-such.png").toUri()),
            "image-missing"),
        arguments("empty", event(scene, "", ""), "malformed-event"),
        arguments(
            "unknown-method", event(scene, QUESTION, "\"pruning\":\"magic\""), "invalid-option"),
        arguments(
            "truncated", event(SampleImages.truncatedJpeg(), QUESTION, ""), "image-undecodable"),
        arguments(
            "bomb",
            event(SampleImages.pngHeader(40_000, 40_000), QUESTION, ""),
            "image-too-large"));
  }

  /** A fallback of the region is left out: whether there is one is up to the model. */
  @Test
  void oncePerAnswerEverythingPinnedIsMeasured() throws Exception {
    conversation.ask("measured", event(Files.readAllBytes(SCENE), QUESTION, ""));
    conversation.answer(withKey("measured"));

    Set<String> pinned = new TreeSet<>(PinnedMetrics.names());
    pinned.remove("crop_region_fallback_total");
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(scrapedMetrics()).containsAll(pinned));
  }

  private Set<String> scrapedMetrics() {
    return SERIES
        .matcher(given().get(metrics).asString())
        .results()
        .map(series -> series.group(1))
        .collect(Collectors.toSet());
  }

  private static void assertHeadersAreTheContracts(
      ConsumerRecord<byte[], byte[]> record, String message) {
    Set<String> names = new TreeSet<>();
    record.headers().forEach(header -> names.add(header.key()));
    assertThat(names)
        .isSubsetOf(ContractFiles.headers(message))
        .containsAll(ContractFiles.requiredHeaders(message));
  }

  private static String event(byte[] image, String question, String options) {
    return "{\"image\":{\"data\":\"%s\"},\"question\":\"%s\",\"options\":{%s}}"
        .formatted(Base64.getEncoder().encodeToString(image), question, options);
  }

  private static JsonNode json(ConsumerRecord<byte[], byte[]> record) throws IOException {
    return new ObjectMapper().readTree(record.value());
  }
}
