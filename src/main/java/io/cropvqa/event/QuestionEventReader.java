package io.cropvqa.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads question events, {@code io.cropvqa.question.v1}. Unknown fields are ignored, so that a
 * newer sender is understood; a known field of a wrong type is refused, so that nobody gets an
 * answer to a question they did not ask.
 */
public final class QuestionEventReader {
  /** The event's CloudEvents type. */
  public static final String TYPE = "io.cropvqa.question.v1";

  private static final int MAX_ID_CHARACTERS = 512;
  private static final int MAX_NAME_CHARACTERS = 64;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final int maxQuestionCharacters;
  private final int maxImages;

  /**
   * @param maxQuestionCharacters longest question that is let in
   * @param maxImages most images that it may be about
   * @throws IllegalArgumentException naming the setting that lets no question in
   */
  public QuestionEventReader(int maxQuestionCharacters, int maxImages) {
    if (maxImages < 1) {
      throw new IllegalArgumentException("crop.max-images must be at least 1, got " + maxImages);
    }
    this.maxQuestionCharacters = maxQuestionCharacters;
    this.maxImages = maxImages;
  }

  /**
   * Reads one event.
   *
   * @param json UTF-8 JSON, or {@code null} for a record that has no value
   * @param fallbackId the question's id when the event names none
   * @throws QuestionFailure {@code malformed-event}, {@code invalid-option} or {@code
   *     question-too-long}, naming the field
   */
  public ImageQuestion read(byte[] json, String fallbackId) {
    JsonFields event = new JsonFields(parse(json), "");
    String id = event.string("id").orElse(fallbackId);
    List<ImageRef> images = images(event);
    String question = event.requiredString("question");
    requireName(event, id);
    if (question.isBlank()) {
      throw event.malformed("question", "is empty: ask something about the image");
    }
    if (question.indexOf('\0') >= 0) {
      throw event.malformed("question", "holds a NUL character: leave it out");
    }
    if (question.length() > maxQuestionCharacters) {
      throw new QuestionFailure(
          FailureCode.QUESTION_TOO_LONG,
          null,
          "question has %d characters: shorten it to %d or raise crop.max-question-characters"
              .formatted(question.length(), maxQuestionCharacters));
    }
    QuestionOptions options =
        event.object("options").map(QuestionEventReader::options).orElse(QuestionOptions.DEFAULTS);
    return valid(() -> new ImageQuestion(id, images, question, options));
  }

  /** {@code image}, or {@code images} where there may be several. */
  private List<ImageRef> images(JsonFields event) {
    Optional<JsonFields> image = event.object("image");
    Optional<List<JsonFields>> images = event.objects("images");
    if (image.isPresent() && images.isPresent()) {
      throw event.malformed("images", "is there beside image: give one of them");
    }
    if (images.isEmpty()) {
      return List.of(
          image
              .map(ImageRefReader::read)
              .orElseThrow(() -> event.malformed("image", "is missing: give a uri or data")));
    }
    int count = images.get().size();
    if (count < 1 || count > maxImages) {
      throw event.malformed(
          "images",
          "holds %d images: give 1 to %d, or raise crop.max-images".formatted(count, maxImages));
    }
    return images.get().stream().map(ImageRefReader::read).toList();
  }

  /** An id is printed, logged and sent in a header. */
  private static void requireName(JsonFields event, String id) {
    if (id.isBlank()) {
      throw event.malformed("id", "is empty: leave it out or give the question a name");
    }
    if (id.length() > MAX_ID_CHARACTERS) {
      throw event.malformed(
          "id", "has %d characters: use at most %d".formatted(id.length(), MAX_ID_CHARACTERS));
    }
    if (id.chars().anyMatch(Character::isISOControl)) {
      throw event.malformed("id", "holds a control character: leave it out");
    }
  }

  private static JsonNode parse(byte[] json) {
    if (json == null || json.length == 0) {
      throw new QuestionFailure(
          FailureCode.MALFORMED_EVENT, null, "the record has no value: send a question event");
    }
    JsonNode event;
    try {
      event = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      // Where, not what: the parser's own message quotes the event, and images travel in it.
      throw new QuestionFailure(
          FailureCode.MALFORMED_EVENT, null, "the event is no valid JSON" + position(e));
    } catch (IOException e) {
      throw new QuestionFailure(FailureCode.MALFORMED_EVENT, null, "the event is no UTF-8 JSON");
    }
    if (!event.isObject()) {
      throw new QuestionFailure(
          FailureCode.MALFORMED_EVENT, null, "the event must be a JSON object");
    }
    return event;
  }

  private static String position(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static QuestionOptions options(JsonFields options) {
    return valid(
        () ->
            new QuestionOptions(
                options.string("pruning").map(QuestionEventReader::shortName),
                options.integer("visualTokens"),
                options.integer("maxNewTokens"),
                options.integers("region").map(box -> valid(() -> ContextualRegion.of(box))),
                options.string("deadline").map(text -> instant(options, text)),
                options.integer("priority").orElse(0)));
  }

  private static String shortName(String method) {
    if (method.length() > MAX_NAME_CHARACTERS) {
      throw new IllegalArgumentException(
          "options.pruning has %d characters, which no method's name has"
              .formatted(method.length()));
    }
    return method;
  }

  private static Instant instant(JsonFields options, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw options.malformed("deadline", "must be ISO 8601, such as 2026-11-22T12:00:00Z");
    }
  }

  private static <T> T valid(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new QuestionFailure(FailureCode.INVALID_OPTION, null, e.getMessage(), e);
    }
  }
}
