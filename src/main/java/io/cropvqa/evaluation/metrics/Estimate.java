package io.cropvqa.evaluation.metrics;

import java.util.Arrays;
import java.util.Random;

/**
 * A mean over questions and the interval that holds the true mean with 95 % confidence.
 *
 * @param mean of the scores
 * @param low lower end
 * @param high upper end
 */
public record Estimate(double mean, double low, double high) {
  private static final double Z = 1.959963984540054; // 97.5 % quantile of the normal distribution
  private static final int RESAMPLES = 2000;

  /**
   * For scores that are 0 or 1 the Wilson interval, for others the percentile bootstrap.
   *
   * @param scores at least one, each in [0, 1]
   * @param seed of the bootstrap
   */
  public static Estimate of(double[] scores, long seed) {
    if (scores.length == 0) {
      throw new IllegalArgumentException("a mean needs at least one score");
    }
    boolean binary = Arrays.stream(scores).allMatch(score -> score == 0 || score == 1);
    return binary
        ? wilson((int) Arrays.stream(scores).sum(), scores.length)
        : bootstrap(scores, seed);
  }

  /** The Wilson score interval of so many successes in n trials (Wilson, 1927). */
  public static Estimate wilson(int successes, int n) {
    double p = successes / (double) n;
    double z2 = Z * Z / n;
    double centre = (p + z2 / 2) / (1 + z2);
    double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
    return new Estimate(p, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /** The middle 95 % of the means of scores drawn again with replacement (Efron, 1979). */
  static Estimate bootstrap(double[] scores, long seed) {
    Random random = new Random(seed);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      means[i] =
          random
              .ints(scores.length, 0, scores.length)
              .mapToDouble(drawn -> scores[drawn])
              .average()
              .orElseThrow();
    }
    Arrays.sort(means);
    double mean = Arrays.stream(scores).average().orElseThrow();
    return new Estimate(
        mean, means[(int) (0.025 * RESAMPLES)], means[(int) (0.975 * RESAMPLES) - 1]);
  }
}
