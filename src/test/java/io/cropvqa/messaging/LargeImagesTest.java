package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.withKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.image.ScriptedImages;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** An image of as many bytes as are let in travels inside its question, through every topic. */
@QuarkusTest
@TestProfile(FakeEngineProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class LargeImagesTest {
  private static final int MAX_BYTES = 8 << 20;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @Test
  void anImageOfEightMebibytesIsAnswered() {
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      conversation.ask("8-mib", event(ScriptedImages.png(MAX_BYTES)));
      assertThat(conversation.answer(withKey("8-mib")).value()).isNotEmpty();
    }
  }

  @Test
  void aDamagedOneIsDeadLetteredWhole() {
    byte[] image = ScriptedImages.png(MAX_BYTES);
    Arrays.fill(image, MAX_BYTES - 200, MAX_BYTES, (byte) 0);
    assertDeadLetter("8-mib-damaged", image, "image-undecodable");
  }

  @Test
  void oneByteMoreIsTooLarge() {
    assertDeadLetter("8-mib-and-one", ScriptedImages.png(MAX_BYTES + 1), "image-too-large");
  }

  private void assertDeadLetter(String key, byte[] image, String code) {
    String event = event(image);
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      conversation.ask(key, event);
      ConsumerRecord<byte[], byte[]> letter = conversation.deadLetter(withKey(key));
      assertThat(header(letter, "crop-failure-code")).isEqualTo(code);
      assertThat(letter.value()).isEqualTo(event.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String event(byte[] image) {
    return "{\"image\":{\"data\":\"%s\"},\"question\":\"What?\"}"
        .formatted(Base64.getEncoder().encodeToString(image));
  }
}
