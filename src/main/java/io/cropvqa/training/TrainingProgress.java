package io.cropvqa.training;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a training is.
 *
 * @param step done
 * @param share of the training that is done, in (0, 1]
 * @param loss mean since it was told before
 * @param heldOut how well it does on examples that it doesn't learn from
 * @param stepsPerSecond since it was told before
 * @param left time to the end at the pace so far
 */
public record TrainingProgress(
    int step, double share, double loss, String heldOut, double stepsPerSecond, Duration left) {

  /** One line: {@code step 1200 (24 %) loss 1.234 recall .91 8.3 steps/s 4:12 left}. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "step %d (%.0f %%)  loss %.3f  %s  %.1f steps/s  %d:%02d left",
        step,
        100 * share,
        loss,
        heldOut,
        stepsPerSecond,
        left.toMinutes(),
        left.toSecondsPart());
  }
}
