package io.cropvqa.api;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jboss.logging.Logger;

/** Answers a failed question with its {@link Problem}. */
@Provider
public class QuestionFailureMapper implements ExceptionMapper<QuestionFailure> {
  private static final Logger LOG = Logger.getLogger(QuestionFailureMapper.class);

  @Override
  public Response toResponse(QuestionFailure failure) {
    if (failure.code() == FailureCode.INTERNAL) {
      LOG.errorf(failure, "a question failed at stage %s", failure.stageName());
    }
    return Problem.of(failure).response().build();
  }
}
