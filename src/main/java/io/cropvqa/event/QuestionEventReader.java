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
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

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

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final int maxQuestionCharacters;

  /**
   * @param maxQuestionCharacters longest question that is let in
   */
  public QuestionEventReader(int maxQuestionCharacters) {
    this.maxQuestionCharacters = maxQuestionCharacters;
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
    ImageRef image =
        event
            .object("image")
            .map(QuestionEventReader::image)
            .orElseThrow(() -> event.malformed("image", "is missing: give a uri or data"));
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
    return new ImageQuestion(id, image, question, options);
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

  private static ImageRef image(JsonFields image) {
    Optional<String> uri = image.string("uri");
    Optional<String> data = image.string("data");
    if (uri.isPresent() == data.isPresent()) {
      throw new QuestionFailure(
          FailureCode.MALFORMED_EVENT, null, "image must hold exactly one of uri and data");
    }
    Optional<String> mediaType = image.string("mediaType");
    Optional<String> sha256 = image.string("sha256");
    return uri.isPresent()
        ? new ImageRef.Remote(
            uri(image, uri.get()), sha256.map(hex -> digest(image, hex)), size(image), mediaType)
        : new ImageRef.Inline(base64(image, data.orElseThrow()), mediaType);
  }

  private static URI uri(JsonFields image, String text) {
    try {
      URI uri = new URI(text);
      if (uri.isAbsolute()) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below; the parser's message would repeat the URI with what its query may hold.
    }
    throw image.malformed("uri", "must be an absolute URI");
  }

  private static String digest(JsonFields image, String hex) {
    if (!SHA_256.matcher(hex).matches()) {
      throw image.malformed("sha256", "must be 64 hexadecimal digits");
    }
    return hex.toLowerCase(Locale.ROOT);
  }

  private static OptionalLong size(JsonFields image) {
    OptionalInt size = image.integer("size");
    if (size.isPresent() && size.getAsInt() < 1) {
      throw image.malformed("size", "must be at least 1 byte, got " + size.getAsInt());
    }
    return size.isPresent() ? OptionalLong.of(size.getAsInt()) : OptionalLong.empty();
  }

  private static byte[] base64(JsonFields image, String data) {
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw image.malformed("data", "must be base64 without line breaks");
    }
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
