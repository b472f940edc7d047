package io.cropvqa.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.config.Stages;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Stage;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code kafka/asyncapi.yaml} holds together and says what the service does. */
class AsyncApiTest {
  private static final Map<String, String> TOPICS =
      Map.of(
          "questions", "vqa-questions",
          "localized", "vqa-localized",
          "answers", "vqa-answers",
          "deadLetters", "vqa-questions-dlq");

  private final JsonNode api = ContractFiles.asyncApi();

  @Test
  void itIsAsyncApi3() {
    assertThat(api.path("asyncapi").asText()).isEqualTo("3.0.0");
    assertThat(api.path("info").path("title").asText()).isEqualTo("crop-vqa");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = api.findValuesAsText("$ref");

    assertThat(references).hasSizeGreaterThan(10).allSatisfy(this::leadsSomewhere);
  }

  private void leadsSomewhere(String reference) {
    if (reference.startsWith("#")) {
      assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    } else {
      assertThat(ContractFiles.FOLDER.resolve(reference)).isRegularFile();
    }
  }

  @Test
  void theTopicsArePinned() {
    assertThat(api.path("channels")).hasSize(TOPICS.size());
    TOPICS.forEach(
        (channel, topic) ->
            assertThat(api.at("/channels/" + channel + "/address").asText()).isEqualTo(topic));
  }

  @Test
  void theServiceUsesNoTopicThatIsNotHere() {
    assertThat(TOPICS.values()).containsAll(configuredTopics());
  }

  private static List<String> configuredTopics() {
    return Arrays.stream(Stages.values()).flatMap(AsyncApiTest::configuredTopics).toList();
  }

  private static Stream<String> configuredTopics(Stages stages) {
    SmallRyeConfig settings = settings(stages);
    return StreamSupport.stream(settings.getPropertyNames().spliterator(), false)
        .filter(name -> name.startsWith("mp.messaging.") && name.endsWith(".topic"))
        .map(name -> settings.getValue(name, String.class));
  }

  private static SmallRyeConfig settings(Stages stages) {
    Path properties = Path.of("src/main/resources/application.properties");
    try {
      return new SmallRyeConfigBuilder()
          .addDefaultInterceptors()
          .withSources(new PropertiesConfigSource(properties.toUri().toURL()))
          .withDefaultValue("crop.stages", stages.wireName())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a service reads and writes, and the group that it reads as. */
  @ParameterizedTest
  @CsvSource({
    "ALL, vqa-questions, crop-vqa, vqa-answers",
    "LOCALIZE, vqa-questions, crop-vqa, vqa-localized",
    "INFER, vqa-localized, crop-vqa-infer, vqa-answers"
  })
  void theStagesDecideWhatAServiceReadsAndWrites(
      Stages stages, String reads, String group, String writes) {
    SmallRyeConfig settings = settings(stages);

    assertThat(settings.getValue("mp.messaging.incoming.questions.topic", String.class))
        .isEqualTo(reads);
    assertThat(settings.getValue("mp.messaging.incoming.questions.group.id", String.class))
        .isEqualTo(group);
    assertThat(settings.getValue("mp.messaging.outgoing.answers.topic", String.class))
        .isEqualTo(writes);
  }

  @ParameterizedTest
  @CsvSource({
    "receiveQuestion, receive, questions",
    "sendLocalized, send, localized",
    "receiveLocalized, receive, localized",
    "sendAnswer, send, answers",
    "sendDeadLetter, send, deadLetters"
  })
  void theServiceReceivesQuestionsAndSendsTheRest(String operation, String action, String channel) {
    JsonNode described = api.at("/operations/" + operation);

    assertThat(described.path("action").asText()).isEqualTo(action);
    assertThat(described.at("/channel/$ref").asText()).isEqualTo("#/channels/" + channel);
  }

  @ParameterizedTest
  @CsvSource({
    "question, io.cropvqa.question.v1, schemas/question-event.json",
    "answer, io.cropvqa.answer.v1, schemas/answer-event.json"
  })
  void aMessageHasItsCloudEventTypeSchemaAndKey(String name, String type, String schema) {
    JsonNode message = api.at("/components/messages/" + name);
    JsonNode headers = api.at("/components/schemas/" + name + "Headers/properties");

    assertThat(message.path("name").asText()).isEqualTo(type);
    assertThat(headers.at("/ce_type/const").asText()).isEqualTo(type);
    assertThat(headers.at("/ce_specversion/const").asText()).isEqualTo("1.0");
    assertThat(message.at("/payload/$ref").asText()).isEqualTo(schema);
    assertThat(message.at("/traits/0/$ref").asText()).isEqualTo("#/components/messageTraits/keyed");
  }

  @Test
  void deadLettersCarryTheCodesAndStagesOfTheDomain() {
    JsonNode headers = api.at("/components/schemas/deadLetterHeaders/properties");
    Stream<String> codes =
        Arrays.stream(FailureCode.values())
            .filter(code -> code.kind() == FailureCode.Kind.POISON)
            .map(FailureCode::wireName);
    Stream<String> stages = Arrays.stream(Stage.values()).map(Stage::wireName);

    assertThat(texts(headers.at("/crop-failure-code/enum")))
        .containsExactlyInAnyOrderElementsOf(codes.toList());
    assertThat(texts(headers.at("/crop-failure-stage/enum")))
        .containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of("accept"), stages).toList());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
