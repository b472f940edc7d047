package io.cropvqa.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionEventReaderTest {
  private static final String SHA =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final String IMAGE = "'image': {'data': 'AQID'}";

  private final QuestionEventReader reader = new QuestionEventReader(40, 3);

  @Test
  void readsEveryField() {
    ImageQuestion question =
        read(
            "{'id': 'q-17', 'image': {'uri': 'https://images.example/cow.jpg', 'sha256': '"
                + SHA.toUpperCase()
                + "'}, 'question': 'How many cows?', 'options': {'pruning': 'crop',"
                + " 'visualTokens': 64, 'maxNewTokens': 32, 'region': [2,1,4,3],"
                + " 'deadline': '2026-11-22T13:00:00+01:00', 'priority': 5}}");

    assertThat(question)
        .isEqualTo(
            new ImageQuestion(
                "q-17",
                new ImageRef.Remote(URI.create("https://images.example/cow.jpg"), Optional.of(SHA)),
                "How many cows?",
                new QuestionOptions(
                    Optional.of("crop"),
                    OptionalInt.of(64),
                    OptionalInt.of(32),
                    Optional.of(new ContextualRegion(2, 1, 4, 3)),
                    Optional.of(Instant.parse("2026-11-22T12:00:00Z")),
                    5)));
  }

  @Test
  void decodesAnImageThatTravelsAlong() {
    ImageQuestion question =
        read("{'image': {'data': 'AQID', 'mediaType': 'image/png'}, 'question': 'What?'}");

    ImageRef.Inline image = (ImageRef.Inline) question.images().get(0);
    assertThat(image.data()).containsExactly(1, 2, 3);
    assertThat(image.mediaType()).contains("image/png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'id': null,", "'colour': {'deep': [1]},", "'options': null,"})
  void whatIsLeftOutOrUnknownFallsBack(String field) {
    ImageQuestion question = read("{" + field + IMAGE + ", 'question': 'What?'}");

    assertThat(question.id()).isEqualTo("fallback");
    assertThat(question.options()).isEqualTo(QuestionOptions.DEFAULTS);
  }

  @ParameterizedTest
  @MethodSource
  void wrongTypesAreMalformedAndTheFieldIsNamed(String event, String message) {
    assertFails(event, FailureCode.MALFORMED_EVENT, message);
  }

  static Stream<Arguments> wrongTypesAreMalformedAndTheFieldIsNamed() {
    return Stream.of(
        arguments("{'id': 7, " + IMAGE + ", 'question': 'What?'}", "id must be a string"),
        arguments("{'id': ' ', " + IMAGE + ", 'question': 'What?'}", "id is empty"),
        arguments("{'question': 'What?'}", "image is missing"),
        arguments("{'image': 'a.png', 'question': 'What?'}", "image must be an object"),
        arguments("{'image': {}, 'question': 'What?'}", "exactly one of uri and data"),
        arguments(
            "{'image': {'uri': 'https://a/b', 'data': 'AQID'}, 'question': 'What?'}",
            "exactly one of uri and data"),
        arguments("{'image': {'uri': 5}, 'question': 'What?'}", "image.uri must be a string"),
        arguments(
            "{'image': {'uri': 'a b'}, 'question': 'What?'}", "image.uri must be an absolute"),
        arguments("{'image': {'uri': 'a.png'}, 'question': 'What?'}", "image.uri must be an abs"),
        arguments("{'image': {'data': '%%'}, 'question': 'What?'}", "image.data must be base64"),
        arguments(
            "{'image': {'uri': 'https://a/b', 'sha256': 'abc'}, 'question': 'What?'}",
            "image.sha256 must be 64 hexadecimal digits"),
        arguments("{" + IMAGE + "}", "question is missing"),
        arguments("{" + IMAGE + ", 'question': 5}", "question must be a string"),
        arguments("{" + IMAGE + ", 'question': ' '}", "question is empty"),
        arguments(withOptions("'fast'"), "options must be an object"),
        arguments(withOptions("{'pruning': 1}"), "options.pruning must be a string"),
        arguments(withOptions("{'visualTokens': '64'}"), "options.visualTokens must be an integer"),
        arguments(withOptions("{'visualTokens': 64.0}"), "options.visualTokens must be an integer"),
        arguments(withOptions("{'maxNewTokens': true}"), "options.maxNewTokens must be an integer"),
        arguments(withOptions("{'region': '0,0,1,1'}"), "options.region must be an array"),
        arguments(withOptions("{'region': [0,0,1,1.5]}"), "options.region must be an array"),
        arguments(withOptions("{'deadline': 'soon'}"), "options.deadline must be ISO 8601"),
        arguments(withOptions("{'deadline': 1700000000}"), "options.deadline must be a string"),
        arguments(withOptions("{'priority': 'high'}"), "options.priority must be an integer"));
  }

  @ParameterizedTest
  @MethodSource
  void optionsOutOfRangeAreInvalid(String options, String message) {
    assertFails(withOptions(options), FailureCode.INVALID_OPTION, message);
  }

  static Stream<Arguments> optionsOutOfRangeAreInvalid() {
    return Stream.of(
        arguments("{'visualTokens': 0}", "options.visualTokens must be at least 1"),
        arguments("{'visualTokens': 99999999999}", "options.visualTokens is out of range"),
        arguments("{'maxNewTokens': -3}", "options.maxNewTokens must be at least 1"),
        arguments("{'region': [0,0,8,8]}", "region [0,0,8,8] must be"),
        arguments("{'region': [3,0,2,1]}", "region [3,0,2,1] must be"),
        arguments("{'region': [0,0,1]}", "region needs four block numbers"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "{", "[]", "42", "null", "{} {}", "{'id': 'a', 'id': 'b'}", "plain"})
  void whatIsNoJsonObjectIsMalformed(String event) {
    assertFails(event, FailureCode.MALFORMED_EVENT, "");
  }

  @Test
  void theMessageDoesNotRepeatTheEvent() {
    QuestionFailure failure = fails("{'image': {'data': SECRET}}");
    assertThat(failure).hasMessageContaining("line 1").hasMessageNotContaining("SECRET");
  }

  @Test
  void aQuestionMayBeAsLongAsTheLimitAndNoLonger() {
    assertThat(read("{" + IMAGE + ", 'question': '" + "x".repeat(40) + "'}").question())
        .hasSize(40);
    assertFails(
        "{" + IMAGE + ", 'question': '" + "x".repeat(41) + "'}",
        FailureCode.QUESTION_TOO_LONG,
        "crop.max-question-characters");
  }

  @Test
  void aQuestionMayBeAboutSeveralImages() {
    ImageQuestion question =
        read("{'images': [{'data': 'AQID'}, {'uri': 'https://a/b'}], 'question': 'What?'}");
    assertThat(question.images()).hasSize(2);
    assertThat(((ImageRef.Inline) question.images().get(0)).data()).containsExactly(1, 2, 3);
    assertThat(question.images().get(1))
        .isEqualTo(new ImageRef.Remote(URI.create("https://a/b"), Optional.empty()));
  }

  @Test
  void aListOfOneImageIsThatImage() {
    assertThat(read("{'images': [{'uri': 'https://a/b'}], 'question': 'What?'}"))
        .isEqualTo(read("{'image': {'uri': 'https://a/b'}, 'question': 'What?'}"));
  }

  @ParameterizedTest
  @MethodSource
  void wrongImagesAreMalformedAndTheFieldIsNamed(String images, String message) {
    String event = "{'images': " + images + ", 'question': 'What?'}";
    assertFails(event, FailureCode.MALFORMED_EVENT, message);
  }

  static Stream<Arguments> wrongImagesAreMalformedAndTheFieldIsNamed() {
    String one = "{'data': 'AQID'}";
    return Stream.of(
        arguments("{}", "images must be an array of objects"),
        arguments("['a.png']", "images must be an array of objects"),
        arguments("[]", "images holds 0 images: give 1 to 3, or raise crop.max-images"),
        arguments(
            "[%s, %s, %s, %s]".formatted(one, one, one, one),
            "images holds 4 images: give 1 to 3, or raise crop.max-images"),
        arguments(
            one.replace("{", "[{").replace("}", "}], 'image': {'data': 'AQID'}"),
            "image: give one"),
        arguments("[%s, {}]".formatted(one), "images[1] must hold exactly one of uri and data"),
        arguments("[{'uri': 5}]", "images[0].uri must be a string"),
        arguments(
            "[%s, %s, {'uri': 'a.png'}]".formatted(one, one),
            "images[2].uri must be an absolute URI"));
  }

  @Test
  void aRegionIsOfOneImage() {
    String two = "{'images': [{'data': 'AQID'}, {'data': 'BQID'}], 'question': 'What?', ";
    assertFails(
        two + "'options': {'region': [0,0,1,1]}}",
        FailureCode.INVALID_OPTION,
        "options.region is for a question about one image, this one is about 2: leave it out");
  }

  @Test
  void aQuestionMustBeAllowedAnImage() {
    assertThatThrownBy(() -> new QuestionEventReader(40, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.max-images must be at least 1, got 0");
  }

  private static String withOptions(String options) {
    return "{" + IMAGE + ", 'question': 'What?', 'options': " + options + "}";
  }

  private void assertFails(String event, FailureCode code, String message) {
    QuestionFailure failure = fails(event);
    assertThat(failure).hasMessageContaining(message);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.stageName()).isEqualTo("accept");
  }

  private QuestionFailure fails(String event) {
    QuestionFailure failure = catchThrowableOfType(QuestionFailure.class, () -> read(event));
    assertThat(failure).as("event %s is refused", event).isNotNull();
    return failure;
  }

  private ImageQuestion read(String event) {
    byte[] json = event == null ? null : event.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return reader.read(json, "fallback");
  }
}
