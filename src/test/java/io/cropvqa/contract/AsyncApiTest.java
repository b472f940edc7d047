package io.cropvqa.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Stage;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
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
  void theServiceUsesNoTopicThatIsNotHere() throws IOException {
    assertThat(TOPICS.values()).containsAll(configuredTopics());
  }

  private static List<String> configuredTopics() throws IOException {
    SmallRyeConfig settings = settings();
    return StreamSupport.stream(settings.getPropertyNames().spliterator(), false)
        .filter(name -> name.startsWith("mp.messaging.") && name.endsWith(".topic"))
        .map(name -> settings.getValue(name, String.class))
        .toList();
  }

  private static SmallRyeConfig settings() throws IOException {
    Path properties = Path.of("src/main/resources/application.properties");
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(new PropertiesConfigSource(properties.toUri().toURL()))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "receiveQuestion, receive, questions",
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
