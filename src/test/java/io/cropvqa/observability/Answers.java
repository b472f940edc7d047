package io.cropvqa.observability;

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

/** An answer whose numbers are easy to tell apart. */
final class Answers {
  static final ModelIdentity MODEL = new ModelIdentity("tiny-vlm", "rev-1", "cpu");
  static final LocatedRegion FOUND =
      new LocatedRegion(new ContextualRegion(0, 0, 3, 3), LocatedRegion.Source.LOCALIZER, 0.9);

  private Answers() {}

  static Answer underPlan(String method) {
    return of(method, FOUND, FinishReason.STOP, 4);
  }

  static Answer of(
      String method, LocatedRegion region, FinishReason finishReason, int completionTokens) {
    return new Answer(
        "q-1",
        "42",
        List.of(7, 8),
        finishReason,
        MODEL,
        List.of(region),
        new PruningStatistics(
            new PruningPlan(method, 16),
            64,
            32,
            List.of(32, 32, 8, 8),
            List.of(),
            100,
            400,
            1000,
            4000),
        new TokenUsage(50, completionTokens),
        new StageTimings(
            Map.of(
                Stage.FETCH, Duration.ofMillis(2),
                Stage.QUEUE, Duration.ofMillis(5),
                Stage.PREFILL, Duration.ofMillis(30),
                Stage.GENERATE, Duration.ofMillis(40)),
            Duration.ofMillis(60),
            Duration.ofMillis(100)));
  }
}
