package io.cropvqa.domain;

import java.time.Duration;
import java.util.Map;

/**
 * How long a question took, from one monotonic clock.
 *
 * @param stages time per stage; a stage that did not run is absent
 * @param timeToFirstToken from arrival to the first generated token
 * @param total from arrival to the whole answer
 */
public record StageTimings(Map<Stage, Duration> stages, Duration timeToFirstToken, Duration total) {

  public StageTimings {
    stages = Map.copyOf(stages);
  }

  /** Time of one stage, zero if it did not run. */
  public Duration of(Stage stage) {
    return stages.getOrDefault(stage, Duration.ZERO);
  }
}
