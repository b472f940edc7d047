package io.cropvqa.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Whatever lies in the topic is a question, or is refused by one of three codes. */
@Tag("fuzz")
class QuestionEventFuzzTest {
  private static final Set<FailureCode> REFUSALS =
      EnumSet.of(
          FailureCode.MALFORMED_EVENT, FailureCode.INVALID_OPTION, FailureCode.QUESTION_TOO_LONG);

  private final QuestionEventReader reader = new QuestionEventReader(200, 4);

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreAQuestionOrRefused(byte[] record) {
    try {
      ImageQuestion question = reader.read(record, "fallback");
      assertThat(question.id()).isNotBlank().hasSizeLessThanOrEqualTo(512);
      assertThat(question.question()).isNotBlank().hasSizeLessThanOrEqualTo(200);
      assertCanBeWritten(question.id());
      assertCanBeWritten(question.question());
    } catch (QuestionFailure refusal) {
      assertThat(refusal.code()).isIn(REFUSALS);
      assertThat(refusal.getMessage()).hasSizeLessThan(1_100);
    }
  }

  private static void assertCanBeWritten(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(text);
  }
}
