package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Farthest-point sampling on cosine distance: each pick is the candidate least like anything chosen
 * before it. Source: DivPrune (Alvar et al., CVPR 2025), algorithm 1.
 */
final class MaxMinDiversity {
  private final int candidates;
  private final int size;
  private final float[] similarity; // of candidates, then chosen, to each other: [size * size]

  private MaxMinDiversity(NDArray states, int[] candidates, int[] chosen) {
    this.candidates = candidates.length;
    this.size = candidates.length + chosen.length;
    this.similarity =
        cosines(states, IntStream.concat(IntStream.of(candidates), IntStream.of(chosen)));
  }

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
    MaxMinDiversity diversity = new MaxMinDiversity(states, at(rows, candidates), at(rows, chosen));
    return at(candidates, diversity.pick(count));
  }

  /**
   * @param hearts tokens, each the heart of a group
   * @param members for each heart the tokens of its group, itself included, ascending
   */
  record Groups(int[] hearts, int[][] members) {}

  /**
   * Picks hearts, then lets every candidate join the one that it is most like.
   *
   * @param states [T, D]
   * @param candidates rows of {@code states}, ascending
   * @param chosen rows that hearts should be unlike too
   * @param count how many groups, at most as many as there are candidates
   */
  static Groups group(NDArray states, int[] candidates, int[] chosen, int count) {
    if (count == 0 || count == candidates.length) {
      int[] alone = Arrays.copyOf(candidates, count);
      return new Groups(
          alone, IntStream.of(alone).mapToObj(one -> new int[] {one}).toArray(int[][]::new));
    }
    MaxMinDiversity diversity = new MaxMinDiversity(states, candidates, chosen);
    int[] hearts = diversity.pick(count);
    int[] nearest = diversity.nearest(hearts);
    int[][] members = new int[count][];
    Arrays.setAll(
        members,
        heart ->
            IntStream.range(0, candidates.length)
                .filter(candidate -> nearest[candidate] == heart)
                .map(candidate -> candidates[candidate])
                .toArray());
    return new Groups(at(candidates, hearts), members);
  }

  private static int[] at(int[] values, int[] index) {
    return IntStream.of(index).map(i -> values[i]).toArray();
  }

  /** Indices of candidates. */
  private int[] pick(int count) {
    float[] nearest = new float[candidates]; // the highest similarity to anything chosen
    Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
    if (size == candidates) {
      seedWithLoneliest(nearest);
    }
    for (int other = candidates; other < size; other++) {
      approach(nearest, other);
    }
    int[] picked = new int[count];
    boolean[] taken = new boolean[candidates];
    for (int i = 0; i < count; i++) {
      int next = farthest(nearest, taken);
      if (i == 0 && size == candidates) {
        Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
      }
      taken[next] = true;
      picked[i] = next;
      approach(nearest, next);
    }
    return picked;
  }

  /** For each candidate which of some is most like it; each of those is so to itself. */
  private int[] nearest(int[] hearts) {
    int[] nearest = new int[candidates];
    for (int candidate = 0; candidate < candidates; candidate++) {
      int row = candidate * size;
      for (int heart = 1; heart < hearts.length; heart++) {
        if (similarity[row + hearts[heart]] > similarity[row + hearts[nearest[candidate]]]) {
          nearest[candidate] = heart;
        }
      }
    }
    for (int heart = 0; heart < hearts.length; heart++) {
      nearest[hearts[heart]] = heart;
    }
    return nearest;
  }

  /**
   * With nothing chosen yet, the first pick is the token whose nearest neighbour is farthest away.
   */
  private void seedWithLoneliest(float[] nearest) {
    for (int i = 0; i < candidates; i++) {
      for (int j = 0; j < candidates; j++) {
        if (i != j) {
          nearest[i] = Math.max(nearest[i], similarity[i * size + j]);
        }
      }
    }
  }

  private void approach(float[] nearest, int other) {
    int row = other * size;
    for (int i = 0; i < candidates; i++) {
      nearest[i] = Math.max(nearest[i], similarity[row + i]);
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
  private static float[] cosines(NDArray states, IntStream rows) {
    try (NDManager step = states.getManager().newSubManager()) {
      NDArray index = step.create(rows.asLongStream().toArray());
      NDArray unit = TorchOps.rows(index, states).normalize(2, 1);
      return unit.matMul(unit.transpose()).toFloatArray();
    }
  }
}
