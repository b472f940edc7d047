package io.cropvqa.pruning;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Picks tokens by a score. */
final class Ranking {
  private Ranking() {}

  /**
   * The candidates with the highest scores, ascending; of equal ones the earlier.
   *
   * @param scores one for each token, not only for candidates
   */
  static int[] top(int[] candidates, float[] scores, int count) {
    return IntStream.of(candidates)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(token -> -scores[token])
                .thenComparingInt(token -> token))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
