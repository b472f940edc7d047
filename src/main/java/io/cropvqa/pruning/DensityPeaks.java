package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Clustering by density peaks: centres are points that have many near neighbours and are far from
 * every point that has more; each other point joins the nearest centre. Source: DPC-KNN (Du et al.,
 * 2016), as SparseVLM uses it to recycle tokens.
 *
 * @param distance between each two points, [n * n] row by row
 * @param count n
 */
record DensityPeaks(double[] distance, int count) {
  private static final int NEIGHBOURS = 5;

  /**
   * Points by their Euclidean distance over the root of their width, as SparseVLM's code has it.
   *
   * @param points [n, D]
   */
  static DensityPeaks of(NDArray points) {
    int count = (int) points.getShape().get(0);
    int width = (int) points.getShape().get(1);
    float[] values = points.toFloatArray();
    double[] distance = new double[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
          double difference = (double) values[i * width + d] - values[j * width + d];
          sum += difference * difference;
        }
        distance[i * count + j] = distance[j * count + i] = Math.sqrt(sum / width);
      }
    }
    return new DensityPeaks(distance, count);
  }

  /**
   * @param clusters how many to make, at most n
   * @return every point in one group, its centre the anchor
   */
  TokenGroups clusters(int clusters) {
    double[] density = density();
    double[] prominence = new double[count];
    for (int i = 0; i < count; i++) {
      prominence[i] = density[i] * isolation(i, density);
    }
    int[] centres =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -prominence[i]))
            .limit(clusters)
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    return groups(centres);
  }

  /** exp(-mean squared distance to the nearest neighbours). */
  private double[] density() {
    int neighbours = Math.min(NEIGHBOURS, count);
    double[] density = new double[count];
    for (int i = 0; i < count; i++) {
      double[] ascending = Arrays.copyOfRange(distance, i * count, (i + 1) * count);
      Arrays.sort(ascending);
      double mean =
          Arrays.stream(ascending).limit(neighbours).map(d -> d * d).average().orElseThrow();
      density[i] = Math.exp(-mean);
    }
    return density;
  }

  /** Distance to the nearest denser point; for the densest that to the farthest point. */
  private double isolation(int point, double[] density) {
    double nearest = Double.POSITIVE_INFINITY;
    double farthest = 0;
    for (int other = 0; other < count; other++) {
      double between = distance[point * count + other];
      farthest = Math.max(farthest, between);
      if (isDenser(other, point, density)) {
        nearest = Math.min(nearest, between);
      }
    }
    return Math.min(nearest, farthest);
  }

  /** Of equally dense points the earlier counts as denser, so that there is one densest. */
  private static boolean isDenser(int other, int point, double[] density) {
    return density[other] > density[point] || density[other] == density[point] && other < point;
  }

  private TokenGroups groups(int[] centres) {
    List<List<Integer>> members = new ArrayList<>();
    for (int centre : centres) {
      members.add(new ArrayList<>(List.of(centre)));
    }
    for (int point = 0; point < count; point++) {
      if (Arrays.binarySearch(centres, point) < 0) {
        members.get(nearest(point, centres)).add(point);
      }
    }
    return TokenGroups.of(
        members.stream()
            .map(group -> group.stream().mapToInt(Integer::intValue).sorted().toArray())
            .toList(),
        IntStream.of(centres).boxed().toList());
  }

  private int nearest(int point, int[] centres) {
    int best = 0;
    for (int i = 1; i < centres.length; i++) {
      if (distance[point * count + centres[i]] < distance[point * count + centres[best]]) {
        best = i;
      }
    }
    return best;
  }
}
