package io.cropvqa.api;

import io.cropvqa.event.QuestionEventReader;
import io.cropvqa.pipeline.AnswerPipeline;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** Answers one question at a time, without Kafka. */
@Guarded
@Path("/v1/answers")
public class AnswerResource {
  private final QuestionEventReader reader;
  private final AnswerPipeline pipeline;

  public AnswerResource(QuestionEventReader reader, AnswerPipeline pipeline) {
    this.reader = reader;
    this.pipeline = pipeline;
  }

  /**
   * Answers a question event. An event without an id gets a random one.
   *
   * @param event JSON of type {@code io.cropvqa.question.v1}
   * @return the answer event, or a {@link io.cropvqa.domain.QuestionFailure}
   */
  // Reading megabytes of base64 takes longer than an event loop may be held up.
  @Blocking
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Uni<AnswerView> answer(byte[] event) {
    return pipeline.answer(reader.read(event, UUID.randomUUID().toString())).map(AnswerView::of);
  }
}
