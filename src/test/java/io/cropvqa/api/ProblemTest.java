package io.cropvqa.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a failed question looks over HTTP. */
class ProblemTest {

  @Test
  void aProblemSaysWhatIsAtFaultAndWhere() {
    QuestionFailure failure =
        new QuestionFailure(FailureCode.IMAGE_MISSING, Stage.FETCH, "no file file:/images/a.png");
    JsonNode problem = new ObjectMapper().valueToTree(Problem.of(failure));
    assertThat(problem)
        .hasToString(
            "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"no file file:/images/a.png\","
                + "\"code\":\"image-missing\",\"stage\":\"fetch\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "MALFORMED_EVENT, 400",
    "INVALID_OPTION, 400",
    "IMAGE_UNDECODABLE, 400",
    "IMAGE_FORBIDDEN, 400",
    "QUESTION_TOO_LONG, 413",
    "IMAGE_TOO_LARGE, 413",
    "TRANSIENT_EXHAUSTED, 502",
    "DEADLINE_EXCEEDED, 504",
    "UNAVAILABLE, 503",
    "INTERNAL, 500"
  })
  void theStatusSaysWhoHasToAct(FailureCode code, int status) {
    assertThat(problem(code).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void everyCodeIsAnsweredAsAProblem(FailureCode code) {
    QuestionFailure failure = new QuestionFailure(code, null, "detail");
    try (var response = new QuestionFailureMapper().toResponse(failure)) {
      assertThat(response.getStatus()).isBetween(400, 599).isEqualTo(problem(code).status());
      assertThat(response.getMediaType()).hasToString("application/problem+json");
      assertThat(response.getEntity()).isEqualTo(problem(code));
    }
  }

  private static Problem problem(FailureCode code) {
    return Problem.of(new QuestionFailure(code, null, "detail"));
  }
}
