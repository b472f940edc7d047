package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MaxMinDiversityTest {
  private static NDManager root;

  @BeforeAll
  static void open() {
    root = Torch.open(Device.cpu());
  }

  @AfterAll
  static void close() {
    root.close();
  }

  /** Farthest-point sampling as its definition reads, in doubles and cubic time. */
  private static List<Integer> naive(
      float[][] states, List<Integer> candidates, List<Integer> chosen, int count) {
    List<Integer> left = new ArrayList<>(candidates);
    List<Integer> picked = new ArrayList<>();
    while (picked.size() < count) {
      Integer best = null;
      double bestDistance = Double.NEGATIVE_INFINITY;
      for (int candidate : left) {
        List<Integer> others = new ArrayList<>(chosen);
        others.addAll(picked);
        if (others.isEmpty()) {
          others.addAll(left);
          others.remove(Integer.valueOf(candidate));
        }
        double distance = Double.POSITIVE_INFINITY;
        for (int other : others) {
          distance = Math.min(distance, 1 - cosine(states[candidate], states[other]));
        }
        if (distance > bestDistance + 1e-5) {
          best = candidate;
          bestDistance = distance;
        }
      }
      picked.add(best);
      left.remove(best);
    }
    return picked;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      normA += a[i] * a[i];
      normB += b[i] * b[i];
    }
    return product / Math.sqrt(normA * normB);
  }

  @Test
  void picksWhatTheDefinitionPicks() {
    Random random = new Random(3);
    for (int round = 0; round < 60; round++) {
      float[][] states = states(random, 4 + random.nextInt(20), 6);
      List<Integer> tokens = shuffled(states.length, random);
      int chosen = round % 3 == 0 ? 0 : 1 + random.nextInt(2);
      List<Integer> kept = tokens.subList(0, chosen);
      List<Integer> candidates = tokens.subList(chosen, tokens.size()).stream().sorted().toList();
      int count = 1 + random.nextInt(candidates.size());
      assertThat(pick(states, candidates, kept, count))
          .as("%d of %s after %s", count, candidates, kept)
          .isEqualTo(naive(states, candidates, kept, count));
    }
  }

  /** Two pairs of equal directions, each of another length: one of each pair, then the rest. */
  @Test
  void duplicatesComeLast() {
    float[][] states = {{1, 0, 0}, {2, 0, 0}, {0, 3, 0}, {0, 1, 0}, {0, 0, 1}};
    List<Integer> picked = pick(states, List.of(0, 1, 2, 3, 4), List.of(), 5);
    assertThat(picked.get(0)).as("the one without a twin").isEqualTo(4);
    assertThat(picked.subList(0, 3)).containsExactly(4, 0, 2);
    assertThat(picked.subList(3, 5)).containsExactlyInAnyOrder(1, 3);
  }

  /** Of equals the first, also when nothing differs at all. */
  @Test
  void tiesGoToTheEarlier() {
    float[][] states = {{1, 1}, {1, 1}, {1, 1}, {1, 1}};
    assertThat(pick(states, List.of(1, 2, 3), List.of(0), 2)).containsExactly(1, 2);
    assertThat(pick(states, List.of(0, 1, 2, 3), List.of(), 4)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void chosenTokensAreKeptAwayFrom() {
    float[][] states = {{1, 0}, {1, 0.1f}, {0, 1}, {-1, 0.1f}};
    assertThat(pick(states, List.of(1, 2, 3), List.of(0), 1)).containsExactly(3);
  }

  @Test
  void oneCandidateIsPicked() {
    assertThat(pick(new float[][] {{1, 2}}, List.of(0), List.of(), 1)).containsExactly(0);
    assertThat(pick(new float[][] {{1, 2}}, List.of(0), List.of(), 0)).isEmpty();
  }

  private static List<Integer> pick(
      float[][] states, List<Integer> candidates, List<Integer> chosen, int count) {
    try (NDManager scope = root.newSubManager()) {
      // Tokens are the rows from the last to the first, to see that rows are looked up.
      float[][] reversed = states.clone();
      Collections.reverse(Arrays.asList(reversed));
      int[] rows = IntStream.range(0, states.length).map(i -> states.length - 1 - i).toArray();
      int[] picked =
          MaxMinDiversity.pick(
              scope.create(reversed), rows, integers(candidates), integers(chosen), count);
      return IntStream.of(picked).boxed().toList();
    }
  }

  private static float[][] states(Random random, int count, int width) {
    float[][] states = new float[count][width];
    for (float[] state : states) {
      for (int i = 0; i < width; i++) {
        state[i] = (float) random.nextGaussian();
      }
    }
    return states;
  }

  private static List<Integer> shuffled(int count, Random random) {
    List<Integer> tokens = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(tokens, random);
    return tokens;
  }

  private static int[] integers(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
