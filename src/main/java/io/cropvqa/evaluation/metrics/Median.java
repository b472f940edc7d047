package io.cropvqa.evaluation.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The value in the middle. */
public final class Median {
  private Median() {}

  /** The mean of the two in the middle where there is an even number; 0 of none. */
  public static <T> double of(List<T> all, ToDoubleFunction<T> value) {
    double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
