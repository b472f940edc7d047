package io.cropvqa.training;

/**
 * A learning rate that rises in a straight line, then falls along half a cosine to a hundredth of
 * the highest.
 *
 * @param peak the highest, above 0
 * @param warmUp share of the training in which it rises, in [0, 1)
 */
public record LearningRate(double peak, double warmUp) {

  private static final double LAST = 0.01;

  /** A short rise, as small networks need. */
  public static LearningRate of(double peak) {
    return new LearningRate(peak, 0.03);
  }

  public LearningRate {
    if (!(peak > 0 && peak < 1)) {
      throw new IllegalArgumentException(
          "the learning rate must be above 0 and below 1, got " + peak);
    }
    if (!(warmUp >= 0 && warmUp < 1)) {
      throw new IllegalArgumentException("the warm-up must be in [0, 1), got " + warmUp);
    }
  }

  /**
   * @param progress share of the training that is done with the step, in (0, 1]
   */
  public double at(double progress) {
    if (progress < warmUp) {
      return peak * progress / warmUp;
    }
    double falling = (1 + Math.cos(Math.PI * (progress - warmUp) / (1 - warmUp))) / 2; // 1 to 0
    return peak * (LAST + (1 - LAST) * falling);
  }
}
