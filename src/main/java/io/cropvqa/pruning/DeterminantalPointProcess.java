package io.cropvqa.pruning;

import java.util.Arrays;

/**
 * Greedy search for the likeliest set of a determinantal point process, by incremental Cholesky
 * factorization: O(count^2 N). Source: Chen et al., NeurIPS 2018, algorithm 1.
 */
final class DeterminantalPointProcess {
  /** Below it, what a token adds to the determinant is rounding: the set spans all there is. */
  private static final double NOTHING = 1e-9;

  private DeterminantalPointProcess() {}

  /**
   * Each pick is the token that multiplies the determinant of the chosen part of the kernel {@code
   * diag(r) S diag(r)} by most. Once none multiplies it by more than nothing (a kernel of rank D
   * has only so many), the most relevant are left to pick (ours).
   *
   * @param similarity S, [N * N] row by row, symmetric
   * @param relevance r, [N], above 0
   * @param count how many to pick, at most N
   * @return the picked tokens, in the order of picking
   */
  static int[] likeliest(float[] similarity, float[] relevance, int count) {
    int size = relevance.length;
    double[] gain = new double[size]; // by what each token would multiply the determinant
    for (int i = 0; i < size; i++) {
      gain[i] = (double) relevance[i] * relevance[i] * similarity[i * size + i];
    }
    double[][] rows = new double[count][]; // of the Cholesky factor, transposed
    boolean[] taken = new boolean[size];
    int[] picked = new int[count];
    for (int step = 0; step < count; step++) {
      int next = largest(gain, taken);
      if (gain[next] <= NOTHING) {
        addMostRelevant(picked, step, relevance, taken);
        return picked;
      }
      picked[step] = next;
      taken[next] = true;
      rows[step] = row(next, step, rows, gain[next], similarity, relevance);
      for (int i = 0; i < size; i++) {
        gain[i] -= rows[step][i] * rows[step][i];
      }
    }
    return picked;
  }

  private static double[] row(
      int next, int step, double[][] rows, double gain, float[] similarity, float[] relevance) {
    int size = relevance.length;
    double[] row = new double[size];
    for (int i = 0; i < size; i++) {
      row[i] = (double) relevance[next] * similarity[next * size + i] * relevance[i];
    }
    for (int before = 0; before < step; before++) { // row by row: memory is read in order
      double[] earlier = rows[before];
      double share = earlier[next];
      for (int i = 0; i < size; i++) {
        row[i] -= share * earlier[i];
      }
    }
    double root = Math.sqrt(gain);
    for (int i = 0; i < size; i++) {
      row[i] /= root;
    }
    return row;
  }

  private static int largest(double[] gain, boolean[] taken) {
    int best = -1;
    for (int i = 0; i < gain.length; i++) {
      if (!taken[i] && (best < 0 || gain[i] > gain[best])) {
        best = i;
      }
    }
    return best;
  }

  private static void addMostRelevant(int[] picked, int from, float[] relevance, boolean[] taken) {
    int[] left = new int[relevance.length];
    int count = 0;
    for (int i = 0; i < taken.length; i++) {
      if (!taken[i]) {
        left[count++] = i;
      }
    }
    int[] best = Ranking.top(Arrays.copyOf(left, count), relevance, picked.length - from);
    System.arraycopy(best, 0, picked, from, best.length);
  }
}
