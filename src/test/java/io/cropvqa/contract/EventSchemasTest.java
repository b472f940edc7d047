package io.cropvqa.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.event.AnswerEvent;
import io.cropvqa.event.QuestionEventReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas let in what the contract allows, and nothing of a wrong type or range. */
class EventSchemasTest {
  private static final String QUESTION = "question-event.json";
  private static final String ANSWER = "answer-event.json";
  private static final QuestionEventReader READER = new QuestionEventReader(4096, 4);

  @ParameterizedTest
  @ValueSource(strings = {QUESTION, ANSWER})
  void aSchemaIsItselfValid(String name) {
    JsonSchema draft202012 = ContractFiles.SCHEMAS.getSchema(SchemaLocation.of(SchemaId.V202012));

    assertThat(draft202012.validate(ContractFiles.schema(name))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {QUESTION, ANSWER})
  void everyExampleIsValid(String name) {
    assertThat(examples(name))
        .isNotEmpty()
        .allSatisfy(e -> assertThat(ContractFiles.errors(name, e)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {QUESTION, ANSWER})
  void everyFieldIsDescribed(String name) {
    assertThat(fields(ContractFiles.schema(name)))
        .isNotEmpty()
        .allSatisfy(field -> assertThat(field.path("description").asText()).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(strings = {QUESTION, ANSWER})
  void everyFieldOfTheExamplesIsInTheSchema(String name) {
    Set<String> described = new TreeSet<>();
    collectNames(ContractFiles.schema(name), described);
    Set<String> used = new TreeSet<>();
    examples(name).forEach(example -> collectKeys(example, used));

    assertThat(used).isEqualTo(described);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/id                   | 17",
        "/id                   | \"\"",
        "/image                | \"photo.jpg\"",
        "/image                | {}",
        "/image                | {\"uri\": \"https://a.example/b.png\", \"data\": \"aGk=\"}",
        "/image/uri            | 5",
        "/image/sha256         | \"not a digest\"",
        "/images               | [{\"uri\": \"https://a.example/b.png\"}]",
        "/question             | null",
        "/question             | \"  \"",
        "/question             | [\"What?\"]",
        "/options              | []",
        "/options/pruning      | true",
        "/options/visualTokens | \"64\"",
        "/options/visualTokens | 6.5",
        "/options/visualTokens | 0",
        "/options/maxNewTokens | -1",
        "/options/region       | [2,1,4]",
        "/options/region       | [2,1,4,8]",
        "/options/region       | [\"2\",1,4,3]",
        "/options/deadline     | 1763812800",
        "/options/deadline     | \"tomorrow\"",
        "/options/priority     | \"high\""
      })
  void aQuestionWithAWrongFieldIsRefused(String field, String value) {
    JsonNode event = with(example(QUESTION), field, value);

    assertThat(ContractFiles.errors(QUESTION, event)).isNotEmpty();
    assertThatThrownBy(() -> read(event)).isInstanceOf(QuestionFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/image", "/question"})
  void aQuestionNeedsImageAndQuestion(String field) {
    JsonNode event = without(example(QUESTION), field);

    assertThat(ContractFiles.errors(QUESTION, event)).isNotEmpty();
    assertThatThrownBy(() -> read(event)).isInstanceOf(QuestionFailure.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/images       | []",
        "/images       | {}",
        "/images       | [7]",
        "/images       | [{}]",
        "/images       | [{\"uri\": 5}]",
        "/images       | null",
        "/images/1/uri | 5"
      })
  void aListOfImagesWithAWrongFieldIsRefused(String field, String value) {
    JsonNode event = with(examples(QUESTION).get(2), field, value);

    assertThat(ContractFiles.errors(QUESTION, event)).isNotEmpty();
    assertThatThrownBy(() -> read(event)).isInstanceOf(QuestionFailure.class);
  }

  @Test
  void aQuestionMayBeAboutSeveralImages() {
    assertThat(read(examples(QUESTION).get(2)).images()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/id", "/options", "/options/visualTokens", "/image/sha256"})
  void theRestOfAQuestionIsOptional(String field) {
    JsonNode event = without(example(QUESTION), field);

    assertThat(ContractFiles.errors(QUESTION, event)).isEmpty();
    assertThat(read(event).question()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/trace", "/image/width", "/options/temperature"})
  void unknownFieldsOfAQuestionAreIgnored(String field) {
    JsonNode event = with(example(QUESTION), field, "{\"a\": [1]}");

    assertThat(ContractFiles.errors(QUESTION, event)).isEmpty();
    assertThat(read(event)).isEqualTo(read(example(QUESTION)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/answer                       | 42",
        "/finishReason                 | \"error\"",
        "/model/device                 | 0",
        "/region/box                   | [4,2,6]",
        "/region/source                | \"guess\"",
        "/region/confidence            | 1.5",
        "/regions                      | []",
        "/regions                      | [{}, {}]",
        "/pruning/budget               | \"64\"",
        "/pruning/visualTokensPerLayer | 30",
        "/pruning/retentionRatio       | 11",
        "/pruning/kvCacheBytes         | 1.5",
        "/usage/completionTokens       | -1",
        "/timings/totalMs              | \"90ms\""
      })
  void anAnswerWithAWrongFieldIsRefused(String field, String value) {
    assertThat(ContractFiles.errors(ANSWER, with(example(ANSWER), field, value))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/id",
        "/answer",
        "/finishReason",
        "/model/revision",
        "/region/box",
        "/region/source",
        "/pruning/visualTokensPerLayer",
        "/usage/promptTokens",
        "/timings/totalMs"
      })
  void anAnswerIsComplete(String field) {
    assertThat(ContractFiles.errors(ANSWER, without(example(ANSWER), field))).isNotEmpty();
  }

  /** Read by the service's own class, which knows no other field, and written again. */
  @Test
  void theServiceWritesAnswersAsTheExamplesHaveThem() throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (JsonNode example : examples(ANSWER)) {
      AnswerEvent event = json.treeToValue(example, AnswerEvent.class);
      assertThat(json.readTree(json.writeValueAsString(event))).isEqualTo(example);
    }
  }

  @Test
  void closedChoicesAreThoseOfTheDomain() {
    JsonNode answer = ContractFiles.schema(ANSWER).path("properties");

    assertThat(texts(answer.at("/finishReason/enum")))
        .isEqualTo(wireNames(FinishReason.values(), FinishReason::wireName));
    assertThat(texts(answer.at("/region/properties/source/enum")))
        .isEqualTo(wireNames(LocatedRegion.Source.values(), LocatedRegion.Source::wireName));
    assertThat(answer.at("/region/properties/box/items/maximum").asInt())
        .isEqualTo(ContextualRegion.GRID - 1);
  }

  /** The service's own view of a question event. */
  private static ImageQuestion read(JsonNode event) {
    return READER.read(event.toString().getBytes(StandardCharsets.UTF_8), "none");
  }

  private static List<JsonNode> examples(String schema) {
    return list(ContractFiles.schema(schema).path("examples"));
  }

  private static JsonNode example(String schema) {
    return examples(schema).get(0);
  }

  private static JsonNode with(JsonNode event, String field, String value) {
    parentOf(event, field).set(leafOf(field), ContractFiles.json(value));
    return event;
  }

  private static JsonNode without(JsonNode event, String field) {
    assertThat(parentOf(event, field).remove(leafOf(field))).as(field).isNotNull();
    return event;
  }

  private static ObjectNode parentOf(JsonNode event, String field) {
    return (ObjectNode) event.at(field.substring(0, field.lastIndexOf('/')));
  }

  private static String leafOf(String field) {
    return field.substring(field.lastIndexOf('/') + 1);
  }

  private static List<JsonNode> fields(JsonNode schema) {
    return list(schema.path("properties")).stream()
        .flatMap(field -> Stream.concat(Stream.of(field), fields(field).stream()))
        .toList();
  }

  private static void collectNames(JsonNode schema, Set<String> names) {
    JsonNode properties = schema.path("properties");
    properties.fieldNames().forEachRemaining(names::add);
    properties.forEach(field -> collectNames(field, names));
  }

  private static void collectKeys(JsonNode value, Set<String> keys) {
    if (value.isObject()) {
      value.fieldNames().forEachRemaining(keys::add);
    }
    if (!(value instanceof ArrayNode)) {
      value.forEach(child -> collectKeys(child, keys));
    }
  }

  private static <T> Set<String> wireNames(T[] values, Function<T, String> wireName) {
    return Arrays.stream(values).map(wireName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> texts(JsonNode array) {
    return list(array).stream()
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<JsonNode> list(JsonNode container) {
    return StreamSupport.stream(container.spliterator(), false).toList();
  }
}
