package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.aboutTwoImages;
import static io.cropvqa.messaging.Conversation.event;
import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.text;
import static io.cropvqa.messaging.Conversation.withKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cropvqa.contract.ContractFiles;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The first stage by itself: questions go on with their regions, or to the dead letters. */
@QuarkusTest
@TestProfile(LocalizeStageTest.Localizing.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class LocalizeStageTest {

  /** An engine that finds the same region for every question. */
  public static final class Localizing extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("crop.stages", "localize");
      return settings;
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
  void aQuestionGoesOnAsItCameWithItsRegion() {
    String event = event("q-1", "What?").replace("{\"id\"", "{\"own\": [ 1 ],\"id\"");
    RecordMetadata asked =
        conversation.ask(
            "loc-1",
            event,
            Map.of("ce_id", "e-1", "ce_source", "shop", "x-own", "kept", "crop-region", "0,0,0,0"));

    ConsumerRecord<byte[], byte[]> localized = conversation.localized(withKey("loc-1"));

    assertThat(text(localized.value())).isEqualTo(event);
    assertThat(header(localized, "ce_id")).isEqualTo("e-1");
    assertThat(header(localized, "ce_source")).isEqualTo("shop");
    assertThat(header(localized, "x-own")).isEqualTo("kept");
    assertThat(localized.headers().headers("crop-region")).hasSize(1);
    assertThat(header(localized, "crop-region")).isEqualTo("2,1,4,3");
    assertThat(header(localized, "crop-region-source")).isEqualTo("localizer");
    assertThat(header(localized, "crop-region-confidence")).isEqualTo("0.4375");
    assertThat(header(localized, "crop-question-position"))
        .isEqualTo("vqa-questions-%d-%d".formatted(asked.partition(), asked.offset()));
    assertThat(header(localized, "crop-question-time")).isEqualTo("" + asked.timestamp());
    assertThat(header(localized, "crop-localize-timings"))
        .contains("fetch=", "decode=", "localize=", "total=");
  }

  @Test
  void whatIsAddedIsTheContracts() {
    conversation.ask("loc-contract", event("q-c", "What?"));

    Set<String> names = new TreeSet<>();
    conversation.localized(withKey("loc-contract")).headers().forEach(h -> names.add(h.key()));

    assertThat(names)
        .isSubsetOf(ContractFiles.headers("localizedHeaders"))
        .containsAll(ContractFiles.requiredHeaders("localizedHeaders"))
        .containsExactlyInAnyOrderElementsOf(Handover.ALL);
  }

  @ParameterizedTest
  @MethodSource
  void aQuestionWhoseRegionNobodyHasToFindGoesOnWithoutOne(String key, String options) {
    conversation.ask(
        key, event("q", "fail:INTERNAL").replace("{\"id\"", "{\"options\":" + options + ",\"id\""));

    ConsumerRecord<byte[], byte[]> localized = conversation.localized(withKey(key));

    assertThat(header(localized, "crop-question-position")).startsWith("vqa-questions-");
    assertThat(localized.headers().lastHeader("crop-region")).isNull();
  }

  @Test
  void aQuestionAboutSeveralImagesGoesOnWithoutRegions() {
    String event = aboutTwoImages(event("q", "fail:INTERNAL"));
    conversation.ask("loc-several", event);

    ConsumerRecord<byte[], byte[]> localized = conversation.localized(withKey("loc-several"));

    assertThat(text(localized.value())).isEqualTo(event);
    assertThat(localized.headers().lastHeader("crop-region")).isNull();
  }

  static Stream<Arguments> aQuestionWhoseRegionNobodyHasToFindGoesOnWithoutOne() {
    return Stream.of(
        arguments("loc-own", "{\"region\":[1,1,2,2]}"),
        arguments("loc-none", "{\"pruning\":\"none\"}"),
        arguments("loc-unknown", "{\"pruning\":\"magic\"}"));
  }

  @ParameterizedTest
  @MethodSource
  void poisonIsDeadLetteredHere(String key, String event, String code) {
    conversation.ask(key, event);
    conversation.ask("after-" + key, event("q", "What?"));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));

    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo(code);
    assertThat(text(deadLetter.value())).isEqualTo(event);
    assertThat(header(deadLetter, "dead-letter-topic")).isEqualTo("vqa-questions");
    conversation.localized(withKey("after-" + key));
  }

  static Stream<Arguments> poisonIsDeadLetteredHere() {
    return Stream.of(
        arguments("loc-json", "{not json", "malformed-event"),
        arguments(
            "loc-image",
            "{\"image\":{\"data\":\"AQID\"},\"question\":\"What?\"}",
            "image-undecodable"),
        arguments("loc-bug", event("q", "throw"), "internal"));
  }
}
