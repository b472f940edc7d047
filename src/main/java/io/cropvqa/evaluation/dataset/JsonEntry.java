package io.cropvqa.evaluation.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.ContextualRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A JSON object and where it stands, so that whoever wrote the file can find what is wrong with it.
 *
 * @param json the object
 * @param place such as {@code dev.jsonl, line 3}
 */
record JsonEntry(JsonNode json, String place) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * A file that is one object.
   *
   * @throws IllegalArgumentException if it is no JSON object; names the line
   */
  static JsonEntry file(Path file) throws IOException {
    try {
      return new JsonEntry(
          object(MAPPER.readTree(Files.newBufferedReader(file)), file.toString()), file.toString());
    } catch (JsonProcessingException e) {
      throw malformed(file + ", line " + e.getLocation().getLineNr(), e);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is no JSON object
   */
  static JsonEntry line(String text, String place) {
    try {
      return new JsonEntry(object(MAPPER.readTree(text), place), place);
    } catch (JsonProcessingException e) {
      throw malformed(place, e);
    }
  }

  private static JsonNode object(JsonNode json, String place) {
    if (!json.isObject()) {
      throw new IllegalArgumentException(place + " must be a JSON object");
    }
    return json;
  }

  private static IllegalArgumentException malformed(String place, JsonProcessingException e) {
    return new IllegalArgumentException(place + " is no JSON: " + e.getOriginalMessage(), e);
  }

  boolean has(String field) {
    return json.has(field);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The object that a field holds. */
  JsonEntry entry(String field) {
    return new JsonEntry(
        required(field, JsonNode::isObject, "an object"), "%s, %s".formatted(place, field));
  }

  /** The objects of an array. */
  List<JsonEntry> entries(String field) {
    List<JsonEntry> entries = new ArrayList<>();
    for (JsonNode entry : required(field, JsonNode::isArray, "an array")) {
      String at = "%s, %s[%d]".formatted(place, field, entries.size());
      entries.add(new JsonEntry(object(entry, at), at));
    }
    return entries;
  }

  String text(String field) {
    return required(field, JsonNode::isTextual, "a string").textValue();
  }

  Optional<String> optionalText(String field) {
    return field(field, JsonNode::isTextual, "a string").map(JsonNode::textValue);
  }

  Optional<Boolean> optionalFlag(String field) {
    return field(field, JsonNode::isBoolean, "true or false").map(JsonNode::booleanValue);
  }

  List<String> texts(String field) {
    return list(
        field,
        required(field, JsonNode::isArray, "an array"),
        JsonNode::isTextual,
        JsonNode::textValue,
        "strings");
  }

  /** Identifiers are numbers in one data set and strings in the next. */
  String id(String field) {
    return required(field, JsonNode::isValueNode, "a number or a string").asText();
  }

  long number(String field) {
    return required(field, JsonNode::isIntegralNumber, "an integer").longValue();
  }

  Optional<ContextualRegion> region(String field) {
    return field(field, JsonNode::isArray, "an array")
        .map(array -> list(field, array, JsonNode::isInt, JsonNode::intValue, "integers"))
        .map(box -> checked(() -> ContextualRegion.of(box)));
  }

  /** What a value refuses is said of this place. */
  <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }

  private <T> List<T> list(
      String field,
      JsonNode array,
      Predicate<JsonNode> is,
      Function<JsonNode, T> value,
      String type) {
    List<T> values = new ArrayList<>();
    for (JsonNode element : array) {
      if (!is.test(element)) {
        throw new IllegalArgumentException(
            "%s: %s must be an array of %s".formatted(place, field, type));
      }
      values.add(value.apply(element));
    }
    return values;
  }

  private JsonNode required(String field, Predicate<JsonNode> is, String type) {
    return field(field, is, type)
        .orElseThrow(
            () -> new IllegalArgumentException("%s: %s is missing".formatted(place, field)));
  }

  private Optional<JsonNode> field(String field, Predicate<JsonNode> is, String type) {
    JsonNode value = json.get(field);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!is.test(value)) {
      throw new IllegalArgumentException("%s: %s must be %s".formatted(place, field, type));
    }
    return Optional.of(value);
  }
}
