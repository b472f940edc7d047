package io.cropvqa.model.localizer;

import io.cropvqa.domain.ContextualRegion;

/**
 * How likely each grid number is for each edge of a region. A maximum below its minimum has no
 * probability: of each axis the two edges' joint distribution is taken where that holds, so a
 * region is valid whatever the logits are.
 */
public final class EdgeDistributions {
  private static final int GRID = ContextualRegion.GRID;

  private final double[] xmin;
  private final double[] ymin;
  private final double[] xmax;
  private final double[] ymax;

  private EdgeDistributions(double[][] x, double[][] y) {
    xmin = x[0];
    xmax = x[1];
    ymin = y[0];
    ymax = y[1];
  }

  /**
   * @param logits of all questions, one after another
   * @param question which of them
   * @throws IllegalStateException if they are no finite numbers: the weights are broken
   */
  public static EdgeDistributions of(float[] logits, int question) {
    int at = question * LocalizerConfig.EDGES * GRID;
    return new EdgeDistributions(
        axis(logits, at, at + 2 * GRID), axis(logits, at + GRID, at + 3 * GRID));
  }

  /**
   * Softmax over all pairs of a minimum and a maximum not below it, summed up for each edge.
   *
   * @return of the minimum and of the maximum, [2][8]
   */
  private static double[][] axis(float[] logits, int min, int max) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int a = 0; a < GRID; a++) {
      for (int b = a; b < GRID; b++) {
        highest = Math.max(highest, (double) logits[min + a] + logits[max + b]);
      }
    }
    if (!Double.isFinite(highest)) {
      throw new IllegalStateException("the localizer's logits are no numbers: broken weights?");
    }
    double[][] edges = new double[2][GRID];
    double total = 0;
    for (int a = 0; a < GRID; a++) {
      for (int b = a; b < GRID; b++) {
        double weight = Math.exp((double) logits[min + a] + logits[max + b] - highest);
        edges[0][a] += weight;
        edges[1][b] += weight;
        total += weight;
      }
    }
    for (int digit = 0; digit < GRID; digit++) {
      edges[0][digit] /= total;
      edges[1][digit] /= total;
    }
    return edges;
  }

  /**
   * The smallest region each of whose edges takes in the true edge with a probability. A greater
   * one never gives a smaller region: each edge only moves outward.
   *
   * <p>No minimum ends above its maximum, but for rounding: were it so, "the minimum is at least
   * here" and "the maximum is at most there" could not both be true, but each is likelier than a
   * half.
   *
   * @param coverage in (0.5, 1]
   */
  public ContextualRegion region(double coverage) {
    int left = lowest(xmin, coverage);
    int top = lowest(ymin, coverage);
    return new ContextualRegion(
        left, top, Math.max(left, highest(xmax, coverage)), Math.max(top, highest(ymax, coverage)));
  }

  /** The largest number that the edge is not below with this probability. */
  private static int lowest(double[] edge, double coverage) {
    double below = 0;
    for (int digit = 0; digit < GRID - 1; digit++) {
      below += edge[digit];
      if (below > 1 - coverage) {
        return digit;
      }
    }
    return GRID - 1;
  }

  /** The smallest number that the edge is not above with this probability. */
  private static int highest(double[] edge, double coverage) {
    double above = 0;
    for (int digit = GRID - 1; digit > 0; digit--) {
      above += edge[digit];
      if (above > 1 - coverage) {
        return digit;
      }
    }
    return 0;
  }

  /** The belief in the likeliest numbers: the product of their four probabilities, in (0, 1]. */
  public double confidence() {
    return most(xmin) * most(ymin) * most(xmax) * most(ymax);
  }

  private static double most(double[] edge) {
    double most = 0;
    for (double probability : edge) {
      most = Math.max(most, probability);
    }
    return Math.min(1, most);
  }
}
