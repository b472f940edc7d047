package io.cropvqa.messaging;

import static io.cropvqa.messaging.Conversation.aboutTwoImages;
import static io.cropvqa.messaging.Conversation.event;
import static io.cropvqa.messaging.Conversation.header;
import static io.cropvqa.messaging.Conversation.text;
import static io.cropvqa.messaging.Conversation.withKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.event.AnswerId;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second stage by itself: questions come with their regions, from whoever may write there. */
@QuarkusTest
@TestProfile(InferStageTest.Inferring.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class InferStageTest {
  private static final Map<String, String> HANDED_OVER =
      Map.of(
          "crop-region", "1,2,3,4",
          "crop-region-source", "fallback",
          "crop-region-confidence", "0.03",
          "crop-question-position", "vqa-questions-2-71",
          "crop-question-time", "1790000000000",
          "crop-localize-timings", "fetch=1000,localize=7000000,total=8000000");

  /** Questions come from the first stage. */
  public static final class Inferring extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("crop.stages", "infer");
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

  private static Map<String, String> handedOver(String... changes) {
    Map<String, String> headers = new HashMap<>(HANDED_OVER);
    for (int i = 0; i < changes.length; i += 2) {
      headers.put(changes[i], changes[i + 1]);
      headers.values().removeIf(value -> value == null);
    }
    return headers;
  }

  @Test
  void theAnswerHasTheRegionAndTheTimesOfTheFirstStage() throws Exception {
    conversation.handOn("inf-1", event("q-1", "What?"), handedOver());

    ConsumerRecord<byte[], byte[]> answer = conversation.answer(withKey("inf-1"));

    JsonNode event = new ObjectMapper().readTree(answer.value());
    assertThat(event.at("/region/box").toString()).isEqualTo("[1,2,3,4]");
    assertThat(event.at("/region/source").textValue()).isEqualTo("fallback");
    assertThat(event.at("/region/confidence").doubleValue()).isEqualTo(0.03);
    assertThat(event.at("/timings/localizeMs").longValue()).isEqualTo(7000);
    assertThat(event.at("/timings/totalMs").longValue()).isBetween(8000L, 100_000L);
    Set<String> names = new TreeSet<>();
    answer.headers().forEach(own -> names.add(own.key()));
    assertThat(names).doesNotContainAnyElementsOf(Handover.ALL);
  }

  /** Named and counted as if it had come straight from its asker. */
  @Test
  void aQuestionWithoutNameIsCalledByWhereItLayAtFirst() {
    conversation.handOn("inf-2", event("", "What?").replace("\"id\":\"\",", ""), handedOver());

    ConsumerRecord<byte[], byte[]> answer = conversation.answer(withKey("inf-2"));

    assertThat(header(answer, "ce_subject")).isEqualTo("vqa-questions-2-71");
    assertThat(header(answer, "ce_id"))
        .isEqualTo(
            AnswerId.of(
                "vqa-questions",
                "vqa-questions-2-71",
                FakeEngine.REVISION,
                new PruningPlan("crop", 16)));
  }

  /** The first stage finds no regions for it. */
  @Test
  void aQuestionAboutSeveralImagesIsLocalizedHere() {
    conversation.handOn(
        "inf-several",
        aboutTwoImages(event("q", "What?")),
        Map.of("crop-question-position", "vqa-questions-0-1", "crop-question-time", "1"));

    assertThat(header(conversation.answer(withKey("inf-several")), "ce_subject")).isEqualTo("q");
  }

  @ParameterizedTest
  @CsvSource({"none, {\"pruning\":\"none\"}", "own, '{\"region\":[1,1,2,2]}'"})
  void aQuestionThatNeedsNoRegionIsAnsweredWithoutOne(String key, String options) {
    conversation.handOn(
        "inf-" + key,
        event("q", "What?").replace("{\"id\"", "{\"options\":" + options + ",\"id\""),
        Map.of("crop-question-position", "vqa-questions-0-1", "crop-question-time", "1"));

    conversation.answer(withKey("inf-" + key));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inf-none  | crop-region            |",
        "inf-box   | crop-region            | 0,0,8,8",
        "inf-src   | crop-region-source     | oracle",
        "inf-conf  | crop-region-confidence | NaN",
        "inf-time  | crop-localize-timings  | total=1e9"
      })
  void whatCanNotBeUnderstoodIsDeadLetteredAsTheQuestionCame(
      String key, String name, String value) {
    Map<String, String> headers = handedOver(name, value, "ce_source", "shop", "x-own", "kept");
    conversation.handOn(key, event("q", "What?"), headers);
    conversation.handOn("after-" + key, event("q", "What?"), handedOver());

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));

    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo("malformed-event");
    assertThat(header(deadLetter, "dead-letter-reason")).contains("header " + name);
    assertIsAsItCame(deadLetter, event("q", "What?"));
    conversation.answer(withKey("after-" + key));
  }

  @ParameterizedTest
  @CsvSource({
    "inf-late, fail:DEADLINE_EXCEEDED, deadline-exceeded",
    "inf-bug, throw, internal",
    "inf-long, fail:QUESTION_TOO_LONG, question-too-long"
  })
  void poisonIsDeadLetteredAsIfItHadComeFromItsAsker(String key, String question, String code) {
    conversation.handOn(
        key, event("q", question), handedOver("ce_source", "shop", "x-own", "kept"));

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey(key));

    assertThat(header(deadLetter, "crop-failure-code")).isEqualTo(code);
    assertIsAsItCame(deadLetter, event("q", question));
    assertThat(new DeadLetter(deadLetter).askedAgain("vqa-questions").headers().toArray())
        .extracting("key")
        .containsExactlyInAnyOrder("ce_source", "x-own", "crop-attempts");
  }

  private static void assertIsAsItCame(ConsumerRecord<byte[], byte[]> deadLetter, String event) {
    assertThat(text(deadLetter.value())).isEqualTo(event);
    assertThat(header(deadLetter, "ce_source")).isEqualTo("shop");
    assertThat(header(deadLetter, "x-own")).isEqualTo("kept");
    assertThat(header(deadLetter, "dead-letter-topic")).isEqualTo("vqa-questions");
    assertThat(header(deadLetter, "dead-letter-partition")).isEqualTo("2");
    assertThat(header(deadLetter, "dead-letter-offset")).isEqualTo("71");
    Set<String> names = new TreeSet<>();
    deadLetter.headers().forEach(own -> names.add(own.key()));
    assertThat(names).doesNotContainAnyElementsOf(Handover.ALL);
  }

  @Test
  void aPlainQuestionIsRefusedAndSaysWhoMayWriteHere() {
    conversation.handOn("inf-plain", event("q", "What?"), Map.of());

    ConsumerRecord<byte[], byte[]> deadLetter = conversation.deadLetter(withKey("inf-plain"));

    assertThat(header(deadLetter, "dead-letter-topic")).isEqualTo("vqa-localized");
    assertThat(header(deadLetter, "dead-letter-reason"))
        .startsWith("header crop-question-position is missing")
        .contains("crop.topics.localized");
    assertThat(conversation.deadLettersWithin(Duration.ofMillis(300))).hasSize(1);
  }
}
