package io.cropvqa.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.engine.FakeEngine;
import io.cropvqa.event.QuestionEventReader;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.image.ScriptedImages;
import io.cropvqa.pipeline.AnswerPipeline;
import io.cropvqa.pipeline.PictureMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A question event in, an answer event out. */
class AnswerResourceTest {
  private static final int MAX_CHARACTERS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ObjectMapper json = new ObjectMapper();

  private static AnswerResource resource(FakeEngine engine) {
    AnswerPipeline pipeline =
        new AnswerPipeline(
            ScriptedImages.fetcher(List.of(), new byte[0]),
            new ImageDecoder(100, 0, RequestListener.NONE),
            new PictureMemory(1_000),
            engine,
            question -> true,
            Runnable::run,
            0,
            RequestListener.NONE);
    return new AnswerResource(new QuestionEventReader(MAX_CHARACTERS, 4), pipeline);
  }

  private static byte[] question(String id) {
    String data = Base64.getEncoder().encodeToString(ScriptedImages.png());
    return """
    {%s"image": {"data": "%s"}, "question": "what is it?"}
    """
        .formatted(id, data)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theAnswerEventComesWithTheKeptPatches() {
    JsonNode answer = ask(question("\"id\": \"q-1\", "));
    assertThat(answer.path("id").asText()).isEqualTo("q-1");
    assertThat(answer.path("answer").asText()).isEqualTo("8x8");
    assertThat(answer.at("/pruning/visualTokensBefore").asInt()).isEqualTo(256);
    assertThat(answer.at("/region/source").asText()).isEqualTo("whole-image");
    assertThat(answer.path("keptPatches")).hasToString("[[0.0,0.0,0.5,0.5]]");
  }

  @Test
  void anEventWithoutAnIdGetsOneOfItsOwn() {
    String first = ask(question("")).path("id").asText();
    assertThat(first).isNotBlank().isNotEqualTo(ask(question("")).path("id").asText());
  }

  private JsonNode ask(byte[] event) {
    AnswerView answer = resource(FakeEngine.answering()).answer(event).await().atMost(PATIENCE);
    return json.valueToTree(answer);
  }

  @Test
  void aMalformedEventIsRefused() {
    byte[] event = "{\"question\": \"what is it?\"}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> resource(FakeEngine.answering()).answer(event))
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.MALFORMED_EVENT));
  }

  @Test
  void theEnginesFailureIsTheResult() {
    QuestionFailure down = new QuestionFailure(FailureCode.UNAVAILABLE, null, "no worker is up");
    assertThatThrownBy(
            () -> resource(FakeEngine.failing(down)).answer(question("")).await().atMost(PATIENCE))
        .isSameAs(down);
  }
}
