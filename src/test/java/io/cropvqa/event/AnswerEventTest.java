package io.cropvqa.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import io.cropvqa.domain.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerEventTest {

  private static final LocatedRegion REGION =
      new LocatedRegion(new ContextualRegion(4, 2, 6, 4), LocatedRegion.Source.WHOLE_IMAGE, 0.5);

  private static Answer answer(LocatedRegion... regions) {
    return new Answer(
        "q-17",
        "42",
        List.of(7, 8),
        FinishReason.STOP,
        new ModelIdentity("scenes", "abc", "cpu"),
        List.of(regions),
        new PruningStatistics(
            new PruningPlan("crop", 64), 576, 300, List.of(576, 0, 24), List.of(), 2, 9, 3, 10),
        new TokenUsage(91, 2),
        new StageTimings(
            Map.of(
                Stage.QUEUE, Duration.ofMillis(1),
                Stage.FETCH, Duration.ofMillis(2),
                Stage.DECODE, Duration.ofMillis(3),
                Stage.LOCALIZE, Duration.ofMillis(9),
                Stage.ENCODE, Duration.ofMillis(20),
                Stage.PREFILL, Duration.ofMillis(30),
                Stage.GENERATE, Duration.ofMillis(8)),
            Duration.ofMillis(70),
            Duration.ofMillis(90)));
  }

  @Test
  void regionsOfSeveralImagesAreListed() {
    LocatedRegion other = LocatedRegion.provided(new ContextualRegion(0, 0, 1, 1));

    JsonNode event = new ObjectMapper().valueToTree(AnswerEvent.of(answer(REGION, other)));

    assertThat(event.at("/regions/0")).isEqualTo(event.get("region"));
    assertThat(event.at("/regions/1/box").toString()).isEqualTo("[0,0,1,1]");
    assertThat(event.at("/regions/1/source").textValue()).isEqualTo("provided");
    assertThat(event.get("regions")).hasSize(2);
  }

  @Test
  void isWrittenAsTheContractHasIt() throws Exception {
    ObjectMapper json = new ObjectMapper();

    JsonNode event = json.readTree(json.writeValueAsString(AnswerEvent.of(answer(REGION))));

    assertThat(event)
        .isEqualTo(
            json.readTree(
                """
                { "id": "q-17", "answer": "42", "finishReason": "stop",
                  "model": { "name": "scenes", "revision": "abc", "device": "cpu" },
                  "region": { "box": [4,2,6,4], "source": "whole-image", "confidence": 0.5 },
                  "pruning": { "method": "crop", "budget": 64, "visualTokensBefore": 576,
                               "visualTokensAfter": 24, "visualTokensPerLayer": [576,0,24],
                               "averageVisualTokens": 200.0, "retentionRatio": 0.3472222222222222,
                               "prefillFlops": 2, "prefillFlopsFull": 9,
                               "kvCacheBytes": 3, "kvCacheBytesFull": 10 },
                  "usage": { "promptTokens": 91, "completionTokens": 2 },
                  "timings": { "queueMs": 1, "fetchMs": 2, "decodeMs": 3, "localizeMs": 9,
                               "encodeMs": 20, "compressMs": 0, "prefillMs": 30,
                               "timeToFirstTokenMs": 70, "generateMs": 8, "totalMs": 90 } }
                """));
  }
}
