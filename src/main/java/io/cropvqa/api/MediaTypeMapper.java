package io.cropvqa.api;

import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers a body of another type with a {@link Problem}. */
@Provider
public class MediaTypeMapper implements ExceptionMapper<NotSupportedException> {

  @Override
  public Response toResponse(NotSupportedException failure) {
    return Problem.of(
            Status.UNSUPPORTED_MEDIA_TYPE,
            "send a question event as Content-Type: application/json")
        .response()
        .build();
  }
}
