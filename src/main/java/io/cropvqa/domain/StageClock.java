package io.cropvqa.domain;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Measures one question's stages. It travels with the question from thread to thread and is used by
 * one at a time, so it needs no lock: the hand-over between threads orders the writes.
 */
public final class StageClock {
  private final long arrived = System.nanoTime();
  private final Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
  private final Map<Stage, Duration> spared = new EnumMap<>(Stage.class);
  private long mark = arrived;
  private Duration timeToFirstToken = Duration.ZERO;

  /** Ends the stage that has run since the last call, and begins the next. */
  public void finish(Stage stage) {
    long now = System.nanoTime();
    stages.merge(stage, Duration.ofNanos(now - mark), Duration::plus);
    mark = now;
  }

  /**
   * Notes that a stage's result was remembered.
   *
   * @param took its time when it ran
   */
  public void spare(Stage stage, Duration took) {
    spared.merge(stage, took, Duration::plus);
  }

  public void firstToken() {
    timeToFirstToken = elapsed();
  }

  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - arrived);
  }

  public StageTimings stop() {
    return new StageTimings(stages, spared, timeToFirstToken, elapsed());
  }
}
