package io.cropvqa.evaluation.bench;

import java.util.Arrays;
import java.util.Collection;

/**
 * How a figure varies from one measurement to the next.
 *
 * @param median the middle one
 * @param lowerQuartile a quarter of the measurements lie below it
 * @param upperQuartile a quarter lie above it
 * @param measurements how many there are
 */
public record Spread(double median, double lowerQuartile, double upperQuartile, int measurements) {

  /**
   * Quartiles are interpolated between the two measurements that they fall between.
   *
   * @throws IllegalArgumentException if nothing was measured
   */
  public static Spread of(Collection<Double> measured) {
    if (measured.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = measured.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Spread(
        quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), sorted.length);
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** The one in the middle, or between the two in the middle. */
  static double median(double... measured) {
    return of(Arrays.stream(measured).boxed().toList()).median();
  }
}
