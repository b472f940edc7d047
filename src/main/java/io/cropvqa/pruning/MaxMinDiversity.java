package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Farthest-point sampling on cosine distance: each pick is the candidate least like anything chosen
 * before it. Source: DivPrune (Alvar et al., CVPR 2025), algorithm 1.
 */
final class MaxMinDiversity {
  private MaxMinDiversity() {}

  /**
   * @param states [T, D]
   * @param rows for each token its row of {@code states}
   * @param candidates tokens to pick from
   * @param chosen tokens that are kept anyway
   * @param count how many to pick, at most as many as there are candidates
   * @return the picked tokens, in the order of picking
   */
  static int[] pick(NDArray states, int[] rows, int[] candidates, int[] chosen, int count) {
    if (count == 0) {
      return new int[0];
    }
    int[] tokens = IntStream.concat(IntStream.of(candidates), IntStream.of(chosen)).toArray();
    float[] similarity = cosines(states, IntStream.of(tokens).map(t -> rows[t]).toArray());
    int size = tokens.length;
    float[] nearest = new float[candidates.length]; // the highest similarity to anything chosen
    Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
    if (chosen.length == 0) {
      seedWithLoneliest(nearest, similarity, size);
    }
    for (int other = candidates.length; other < size; other++) {
      approach(nearest, similarity, size, other);
    }
    int[] picked = new int[count];
    boolean[] taken = new boolean[candidates.length];
    for (int i = 0; i < count; i++) {
      int next = farthest(nearest, taken);
      if (i == 0 && chosen.length == 0) {
        Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
      }
      taken[next] = true;
      picked[i] = candidates[next];
      approach(nearest, similarity, size, next);
    }
    return picked;
  }

  /**
   * Lets every token join the one that it is most like among some of them.
   *
   * @param states [T, D]
   * @param tokens rows of {@code states}
   * @param hearts some of the tokens
   * @return for each heart all that joined it, itself included, ascending
   */
  static int[][] join(NDArray states, int[] tokens, int[] hearts) {
    if (hearts.length == 0 || hearts.length == tokens.length) {
      return IntStream.of(hearts).mapToObj(heart -> new int[] {heart}).toArray(int[][]::new);
    }
    int[] both = IntStream.concat(IntStream.of(tokens), IntStream.of(hearts)).toArray();
    float[] similarity = cosines(states, both);
    int[] nearest = new int[tokens.length];
    for (int token = 0; token < tokens.length; token++) {
      for (int heart = 1; heart < hearts.length; heart++) {
        int row = token * both.length + tokens.length;
        if (tokens[token] == hearts[heart]
            || tokens[token] != hearts[nearest[token]]
                && similarity[row + heart] > similarity[row + nearest[token]]) {
          nearest[token] = heart;
        }
      }
    }
    return IntStream.range(0, hearts.length)
        .mapToObj(
            heart ->
                IntStream.range(0, tokens.length)
                    .filter(token -> nearest[token] == heart)
                    .map(token -> tokens[token])
                    .toArray())
        .toArray(int[][]::new);
  }

  /**
   * With nothing chosen yet, the first pick is the token whose nearest neighbour is farthest away.
   */
  private static void seedWithLoneliest(float[] nearest, float[] similarity, int size) {
    for (int i = 0; i < nearest.length; i++) {
      for (int j = 0; j < nearest.length; j++) {
        if (i != j) {
          nearest[i] = Math.max(nearest[i], similarity[i * size + j]);
        }
      }
    }
  }

  private static void approach(float[] nearest, float[] similarity, int size, int other) {
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = Math.max(nearest[i], similarity[i * size + other]);
    }
  }

  private static int farthest(float[] nearest, boolean[] taken) {
    int best = -1;
    for (int i = 0; i < nearest.length; i++) {
      if (!taken[i] && (best < 0 || nearest[i] < nearest[best])) {
        best = i;
      }
    }
    return best;
  }

  /** Cosine similarity of each two of some rows: [n * n], row by row. */
  private static float[] cosines(NDArray states, int[] rows) {
    long[] index = IntStream.of(rows).asLongStream().toArray();
    NDArray picked = TorchOps.rows(states.getManager().create(index), states);
    NDArray unit = picked.normalize(2, 1);
    return unit.matMul(unit.transpose()).toFloatArray();
  }
}
