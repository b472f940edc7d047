package io.cropvqa.evaluation.metrics;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A figure over questions and the interval that holds the true one with 95 % confidence.
 *
 * @param value the mean of scores, or the ratio or difference of two
 * @param low lower end
 * @param high upper end
 */
public record Estimate(double value, double low, double high) {
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
        : bootstrap(scores.length, seed, drawn -> sum(scores, drawn) / drawn.length);
  }

  /** The Wilson score interval of so many successes in n trials (Wilson, 1927). */
  public static Estimate wilson(int successes, int n) {
    double p = successes / (double) n;
    double z2 = Z * Z / n;
    double centre = (p + z2 / 2) / (1 + z2);
    double half = Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
    return new Estimate(p, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /**
   * How the sum of some scores compares with that of others on the same questions; questions are
   * resampled in pairs, so what both find hard widens nothing.
   *
   * @param scores of one way to answer
   * @param reference of the other, question by question; not all 0
   */
  public static Estimate ratio(double[] scores, double[] reference, long seed) {
    return bootstrap(scores.length, seed, drawn -> sum(scores, drawn) / sum(reference, drawn));
  }

  /**
   * By how much the mean of some scores exceeds that of others on the same questions, resampled in
   * pairs too.
   *
   * @param scores of one way to answer, at least one
   * @param reference of the other, question by question
   */
  public static Estimate difference(double[] scores, double[] reference, long seed) {
    double[] differences = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      differences[i] = scores[i] - reference[i];
    }
    return bootstrap(scores.length, seed, drawn -> sum(differences, drawn) / drawn.length);
  }

  /** The middle 95 % of a statistic of questions drawn again with replacement (Efron, 1979). */
  private static Estimate bootstrap(int n, long seed, ToDoubleFunction<int[]> statistic) {
    Random random = new Random(seed);
    int[] drawn = new int[n];
    double[] resampled =
        IntStream.range(0, RESAMPLES)
            .mapToDouble(
                i -> {
                  for (int j = 0; j < n; j++) {
                    drawn[j] = random.nextInt(n);
                  }
                  return statistic.applyAsDouble(drawn);
                })
            .filter(Double::isFinite) // a draw may hold none that the reference got right
            .sorted()
            .toArray();
    return new Estimate(
        statistic.applyAsDouble(IntStream.range(0, n).toArray()),
        resampled[(int) (0.025 * resampled.length)],
        resampled[(int) Math.ceil(0.975 * resampled.length) - 1]);
  }

  private static double sum(double[] scores, int[] drawn) {
    return IntStream.of(drawn).mapToDouble(i -> scores[i]).sum();
  }
}
