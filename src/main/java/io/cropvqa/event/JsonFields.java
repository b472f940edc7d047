package io.cropvqa.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The fields of one JSON object, read by type: a field is of the type asked for, absent, or the
 * event is malformed. {@code null} is absent. Nothing is converted: {@code "64"} is no number.
 *
 * @param path where the object lies in the event, such as {@code options.}; empty at the top
 */
record JsonFields(JsonNode object, String path) {

  Optional<String> string(String name) {
    Optional<String> text = field(name, JsonNode::isTextual, "a string").map(JsonNode::textValue);
    if (text.filter(JsonFields::hasHalfPair).isPresent()) {
      throw malformed(name, "holds half of a surrogate pair, which is no character");
    }
    return text;
  }

  /** JSON can spell what UTF-8 can't write. */
  private static boolean hasHalfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          i++;
        } else {
          return true;
        }
      }
    }
    return false;
  }

  String requiredString(String name) {
    return string(name).orElseThrow(() -> malformed(name, "is missing"));
  }

  Optional<JsonFields> object(String name) {
    return field(name, JsonNode::isObject, "an object")
        .map(child -> new JsonFields(child, path + name + "."));
  }

  Optional<List<JsonFields>> objects(String name) {
    return field(name, JsonFields::isObjects, "an array of objects")
        .map(
            array ->
                IntStream.range(0, array.size())
                    .mapToObj(
                        i -> new JsonFields(array.get(i), "%s%s[%d].".formatted(path, name, i)))
                    .toList());
  }

  OptionalInt integer(String name) {
    return field(name, JsonNode::isIntegralNumber, "an integer")
        .map(value -> OptionalInt.of(toInt(name, value)))
        .orElseGet(OptionalInt::empty);
  }

  Optional<List<Integer>> integers(String name) {
    return field(name, JsonFields::isIntegers, "an array of integers")
        .map(
            array -> {
              List<Integer> values = new ArrayList<>();
              array.forEach(value -> values.add(toInt(name, value)));
              return values;
            });
  }

  private Optional<JsonNode> field(String name, Predicate<JsonNode> is, String type) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!is.test(value)) {
      throw malformed(name, "must be " + type);
    }
    return Optional.of(value);
  }

  private static boolean isIntegers(JsonNode node) {
    return isArrayOf(JsonNode::isIntegralNumber, node);
  }

  private static boolean isObjects(JsonNode node) {
    return isArrayOf(JsonNode::isObject, node);
  }

  private static boolean isArrayOf(Predicate<JsonNode> type, JsonNode node) {
    if (!node.isArray()) {
      return false;
    }
    for (JsonNode value : node) {
      if (!type.test(value)) {
        return false;
      }
    }
    return true;
  }

  private int toInt(String name, JsonNode value) {
    if (!value.canConvertToInt()) {
      throw new QuestionFailure(
          FailureCode.INVALID_OPTION, null, path + name + " is out of range: use a 32-bit integer");
    }
    return value.intValue();
  }

  QuestionFailure malformed(String name, String complaint) {
    return failure(path + name, complaint);
  }

  /** Of the object itself, which is not the event. */
  QuestionFailure malformed(String complaint) {
    return failure(path.substring(0, path.length() - 1), complaint);
  }

  private static QuestionFailure failure(String where, String complaint) {
    return new QuestionFailure(FailureCode.MALFORMED_EVENT, null, where + " " + complaint);
  }
}
