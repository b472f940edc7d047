package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.withKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

  /** The pictures of kafka/samples may be named by a file URI. */
  public static class WithFileRoot implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("crop.image.file-root", SCENE.getParent().toString());
    }
  }

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

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

    JsonNode answer = json(conversation.answer(withKey("scene")));
    assertThat(answer.get("answer").textValue()).isEqualTo(ANSWER);
    assertThat(answer.get("finishReason").textValue()).isEqualTo("stop");
    assertThat(answer.at("/model/name").textValue()).isEqualTo("crop-scenes-2m");
    assertThat(answer.at("/region/source").textValue()).isEqualTo("localizer");
    assertThat(answer.at("/region/box").toString()).isEqualTo("[3,0,5,2]");
    assertThat(answer.at("/pruning/visualTokensBefore").intValue()).isEqualTo(256);
    assertThat(answer.at("/pruning/averageVisualTokens").doubleValue()).isLessThanOrEqualTo(28);
    assertThat(answer.at("/pruning/visualTokensPerLayer")).hasSize(4);
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

  @ParameterizedTest
  @MethodSource
  void badQuestionsAreDeadLetteredAndTheNextIsAnswered(String key, String event, String code)
      throws Exception {
    conversation.ask(key, event);
    conversation.ask("after-" + key, event(Files.readAllBytes(SCENE), QUESTION, ""));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));
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
        arguments("truncated", event(truncatedJpeg(), QUESTION, ""), "image-undecodable"),
        arguments("bomb", event(hugePngHeader(), QUESTION, ""), "image-too-large"));
  }

  private static String event(byte[] image, String question, String options) {
    return "{\"image\":{\"data\":\"%s\"},\"question\":\"%s\",\"options\":{%s}}"
        .formatted(Base64.getEncoder().encodeToString(image), question, options);
  }

  private static byte[] truncatedJpeg() throws IOException {
    BufferedImage scene = ImageIO.read(SCENE.toFile());
    BufferedImage opaque =
        new BufferedImage(scene.getWidth(), scene.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    opaque.createGraphics().drawImage(scene, 0, 0, null);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(opaque, "jpeg", jpeg);
    return Arrays.copyOf(jpeg.toByteArray(), jpeg.size() / 2);
  }

  /** A PNG of a few bytes that says it is 40,000 x 40,000 pixels. */
  private static byte[] hugePngHeader() {
    byte[] header =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(StandardCharsets.US_ASCII))
            .putInt(40_000)
            .putInt(40_000)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array();
    CRC32 crc = new CRC32();
    crc.update(header);
    return ByteBuffer.allocate(33)
        .putLong(0x89504E470D0A1A0AL)
        .putInt(13)
        .put(header)
        .putInt((int) crc.getValue())
        .array();
  }

  private static JsonNode json(ConsumerRecord<byte[], byte[]> record) throws IOException {
    return new ObjectMapper().readTree(record.value());
  }
}
