package io.cropvqa.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;

/**
 * Problem details (RFC 9457) of a question that has no answer, or that was not let in. Its {@code
 * type} is left out, which stands for {@code about:blank}: {@code code} tells failures apart.
 *
 * @param title the HTTP status in words
 * @param status the HTTP status
 * @param detail what is at fault and the fix
 * @param code the failure code, the same as in dead letters; {@code null} for a request that never
 *     became a question
 * @param stage where it came up, likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String title, int status, String detail, String code, String stage) {
  static final String MEDIA_TYPE = "application/problem+json";

  static Problem of(QuestionFailure failure) {
    Status status = status(failure.code());
    return new Problem(
        status.getReasonPhrase(),
        status.getStatusCode(),
        failure.getMessage(),
        failure.code().wireName(),
        failure.stageName());
  }

  static Problem of(Status status, String detail) {
    return new Problem(status.getReasonPhrase(), status.getStatusCode(), detail, null, null);
  }

  Response.ResponseBuilder response() {
    return Response.status(status).type(MEDIA_TYPE).entity(this);
  }

  private static Status status(FailureCode code) {
    return switch (code) {
      case MALFORMED_EVENT,
          INVALID_OPTION,
          IMAGE_MISSING,
          IMAGE_FORBIDDEN,
          IMAGE_UNDECODABLE,
          IMAGE_DIGEST_MISMATCH ->
          Status.BAD_REQUEST;
      case QUESTION_TOO_LONG, IMAGE_TOO_LARGE -> Status.REQUEST_ENTITY_TOO_LARGE;
      case IMAGE_UNREACHABLE, TRANSIENT_EXHAUSTED -> Status.BAD_GATEWAY;
      case DEADLINE_EXCEEDED -> Status.GATEWAY_TIMEOUT;
      case UNAVAILABLE -> Status.SERVICE_UNAVAILABLE;
      case INTERNAL -> Status.INTERNAL_SERVER_ERROR;
    };
  }
}
