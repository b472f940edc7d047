package io.cropvqa.training;

import java.time.Duration;

/**
 * When a training ends: after some steps, or after some time. Only the former gives the same
 * weights on every machine, since the learning rate falls towards the end.
 */
public sealed interface TrainingLimit {

  /**
   * Share of the training that is done, in [0, 1]; 1 is the end.
   *
   * @param steps done
   * @param time trained, interruptions left out
   */
  double progress(int steps, Duration time);

  /** Ends after so many steps. */
  record Steps(int count) implements TrainingLimit {
    public Steps {
      if (count < 1) {
        throw new IllegalArgumentException("a training needs at least 1 step, got " + count);
      }
    }

    @Override
    public double progress(int steps, Duration time) {
      return Math.min(1, steps / (double) count);
    }

    @Override
    public String toString() {
      return count + " steps";
    }
  }

  /** Ends after so much time. */
  record Time(Duration length) implements TrainingLimit {
    public Time {
      if (length.isNegative() || length.isZero()) {
        throw new IllegalArgumentException("a training needs some time, got " + length);
      }
    }

    @Override
    public double progress(int steps, Duration time) {
      return Math.min(1, time.toMillis() / (double) length.toMillis());
    }

    @Override
    public String toString() {
      return length.toMillis() / 60_000.0 + " minutes";
    }
  }
}
