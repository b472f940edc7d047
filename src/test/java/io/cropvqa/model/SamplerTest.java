package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final int DRAWS = 10_000;

  /** Probabilities 0.1, 0.2, 0.4, 0.3, as logits with something added to all. */
  private static final float[] LOGITS = {log(0.1), log(0.2), log(0.4), log(0.3)};

  private static float log(double probability) {
    return (float) Math.log(probability) + 5;
  }

  @Test
  void greedyTakesTheFirstOfTheLikeliest() {
    Sampler sampler = new Sampler(Sampler.Settings.GREEDY);
    assertThat(sampler.next(new float[] {1, 3, 3, 2})).isEqualTo(1);
    assertThat(sampler.next(new float[] {-5})).isZero();
    assertThat(sampler.next(new float[] {Float.NEGATIVE_INFINITY, -1e30f})).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void drawsFollowTheDistribution(double temperature) {
    double[] shares = shares(temperature, 1);
    double total = 0;
    for (float logit : LOGITS) {
      total += Math.exp(logit / temperature);
    }
    for (int token = 0; token < LOGITS.length; token++) {
      double expected = Math.exp(LOGITS[token] / temperature) / total;
      // Four standard deviations of a share in 10,000 draws are at most 0.02.
      assertThat(shares[token]).isCloseTo(expected, within(0.02));
    }
  }

  /** 0.4 + 0.3 reach 0.7; the last one that is needed to reach it is let in. */
  @ParameterizedTest
  @CsvSource({"0.01, 1", "0.39, 1", "0.41, 2", "0.69, 2", "0.71, 3", "0.89, 3", "0.91, 4", "1, 4"})
  void topPLetsTheLikeliestIn(double topP, int size) {
    int[] likeliestFirst = {2, 3, 1, 0};
    double[] shares = shares(1, topP);
    double kept =
        IntStream.range(0, size).mapToDouble(i -> Math.exp(LOGITS[likeliestFirst[i]] - 5)).sum();
    for (int i = 0; i < likeliestFirst.length; i++) {
      double expected = i < size ? Math.exp(LOGITS[likeliestFirst[i]] - 5) / kept : 0;
      assertThat(shares[likeliestFirst[i]]).isCloseTo(expected, within(i < size ? 0.02 : 0));
    }
  }

  /** A 16-bit number that is too large becomes infinite, and what is computed from it nothing. */
  @Test
  void whatIsNoNumberIsNoAnswer() {
    for (float logit : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (double temperature : new double[] {0, 1}) {
        Sampler sampler = new Sampler(new Sampler.Settings(temperature, 1, 1));
        assertThatThrownBy(() -> sampler.next(new float[] {logit, logit}))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("the model's best logit is " + logit);
      }
    }
  }

  @Test
  void lowTemperatureIsGreedy() {
    assertThat(shares(1e-6, 1)[2]).isEqualTo(1);
    assertThat(shares(Double.MIN_VALUE, 1)[2]).isEqualTo(1);
  }

  @Test
  void sameSeedDrawsTheSame() {
    assertThat(draw(1, 1, 42)).isEqualTo(draw(1, 1, 42));
    assertThat(draw(1, 1, 42)).isNotEqualTo(draw(1, 1, 43));
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    for (double temperature : new double[] {-0.1, Double.NaN}) {
      assertThatThrownBy(() -> new Sampler.Settings(temperature, 1, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("crop.generation.temperature must be at least 0, got " + temperature);
    }
    for (double topP : new double[] {0, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> new Sampler.Settings(1, topP, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("crop.generation.top-p must be in (0, 1], got " + topP);
    }
  }

  private static double[] shares(double temperature, double topP) {
    double[] shares = new double[LOGITS.length];
    for (int token : draw(temperature, topP, 1)) {
      shares[token] += 1.0 / DRAWS;
    }
    return IntStream.range(0, shares.length)
        .mapToDouble(token -> Math.round(shares[token] * DRAWS) / (double) DRAWS)
        .toArray();
  }

  private static int[] draw(double temperature, double topP, long seed) {
    Sampler sampler = new Sampler(new Sampler.Settings(temperature, topP, seed));
    return IntStream.range(0, DRAWS).map(i -> sampler.next(LOGITS)).toArray();
  }
}
