package io.cropvqa.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {

  /** From the closed form by hand; 0 and n are where the normal approximation fails. */
  @ParameterizedTest
  @CsvSource({
    "8, 10, 0.49016, 0.94332",
    "0, 10, 0, 0.27753",
    "10, 10, 0.72247, 1",
    "50, 100, 0.40383, 0.59617"
  })
  void wilson(int successes, int n, double low, double high) {
    Estimate estimate = Estimate.wilson(successes, n);

    assertThat(estimate.value()).isEqualTo(successes / (double) n);
    assertThat(estimate.low()).isCloseTo(low, within(1e-5));
    assertThat(estimate.high()).isCloseTo(high, within(1e-5));
  }

  @Test
  void scoresOfZeroAndOneGetTheWilsonInterval() {
    assertThat(Estimate.of(new double[] {1, 0, 1, 1}, 0)).isEqualTo(Estimate.wilson(3, 4));
  }

  @Test
  void otherScoresAreResampled() {
    double[] scores = new Random(3).doubles(400).toArray();
    Estimate estimate = Estimate.of(scores, 0);
    double mean = Arrays.stream(scores).average().orElseThrow();
    double halfWidth = 1.96 * Math.sqrt(1 / 12.0 / scores.length); // of a uniform variable

    assertThat(estimate.value()).isEqualTo(mean);
    assertThat(estimate.low()).isCloseTo(mean - halfWidth, within(0.005));
    assertThat(estimate.high()).isCloseTo(mean + halfWidth, within(0.005));
    assertThat(Estimate.of(scores, 0)).isEqualTo(estimate);
    assertThat(Estimate.of(scores, 1)).isNotEqualTo(estimate);
  }

  /** Both halves of the questions are alike in both, so the ratio is known whatever is drawn. */
  @Test
  void aRatioIsOfTheSameQuestions() {
    double[] full = {1, 0.5, 1, 0.5, 1, 0.5};
    double[] half = {0.5, 0.25, 0.5, 0.25, 0.5, 0.25};

    assertThat(Estimate.ratio(half, full, 0)).isEqualTo(new Estimate(0.5, 0.5, 0.5));
    assertThat(Estimate.ratio(new double[] {1, 0, 1, 0}, new double[] {1, 1, 1, 1}, 0))
        .satisfies(
            ratio -> {
              assertThat(ratio.value()).isEqualTo(0.5);
              assertThat(ratio.low()).isLessThanOrEqualTo(0.25);
              assertThat(ratio.high()).isGreaterThanOrEqualTo(0.75);
            });
  }

  @Test
  void aMeanOfNothingIsRefused() {
    assertThatThrownBy(() -> Estimate.of(new double[0], 0)).hasMessageContaining("at least one");
  }

  /** Ten questions that one way gets right and the other doesn't, of forty. */
  @Test
  void aDifferenceIsPairedByQuestion() {
    double[] better = new double[40];
    double[] worse = new double[40];
    for (int i = 0; i < 40; i++) {
      better[i] = i < 30 ? 1 : 0;
      worse[i] = i < 20 ? 1 : 0;
    }
    Estimate difference = Estimate.difference(better, worse, 1);

    assertThat(difference.value()).isEqualTo(0.25);
    assertThat(difference.low()).isBetween(0.08, 0.17);
    assertThat(difference.high()).isBetween(0.33, 0.42);
    assertThat(Estimate.difference(better, better, 1)).isEqualTo(new Estimate(0, 0, 0));
    assertThat(Estimate.difference(worse, better, 1).value()).isEqualTo(-0.25);
  }
}
