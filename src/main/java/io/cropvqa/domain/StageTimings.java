package io.cropvqa.domain;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long a question took, from one monotonic clock.
 *
 * @param stages time per stage; a stage that did not run is absent
 * @param spared for each stage whose result was remembered from an earlier question, the time that
 *     it took when it ran; no part of the total
 * @param timeToFirstToken from arrival to the first generated token
 * @param total from arrival to the whole answer
 */
public record StageTimings(
    Map<Stage, Duration> stages,
    Map<Stage, Duration> spared,
    Duration timeToFirstToken,
    Duration total) {

  public StageTimings {
    stages = Map.copyOf(stages);
    spared = Map.copyOf(spared);
  }

  /** Timings of a question for which nothing was remembered. */
  public StageTimings(Map<Stage, Duration> stages, Duration timeToFirstToken, Duration total) {
    this(stages, Map.of(), timeToFirstToken, total);
  }

  /** Timings of a question that another service had first. */
  public StageTimings after(StageTimings earlier) {
    Map<Stage, Duration> both = new EnumMap<>(Stage.class);
    both.putAll(earlier.stages);
    stages.forEach((stage, took) -> both.merge(stage, took, Duration::plus));
    return new StageTimings(
        both, spared, earlier.total.plus(timeToFirstToken), earlier.total.plus(total));
  }

  /** Time of one stage, zero if it did not run. */
  public Duration of(Stage stage) {
    return stages.getOrDefault(stage, Duration.ZERO);
  }

  /** Time that one stage would have taken on top if nothing had been remembered. */
  public Duration sparedOf(Stage stage) {
    return spared.getOrDefault(stage, Duration.ZERO);
  }

  /** Time of the whole question if nothing had been remembered. */
  public Duration totalWithSpared() {
    return spared.values().stream().reduce(total, Duration::plus);
  }
}
