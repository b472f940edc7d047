package io.cropvqa.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateTest {

  @Test
  void itRisesThenFallsToAHundredth() {
    LearningRate rate = new LearningRate(0.1, 0.2);
    assertThat(rate.at(0.1)).isCloseTo(0.05, within(1e-12));
    assertThat(rate.at(0.2)).isCloseTo(0.1, within(1e-12));
    assertThat(rate.at(0.6)).isCloseTo(0.1 * (0.01 + 0.99 / 2), within(1e-12));
    assertThat(rate.at(1)).isCloseTo(0.001, within(1e-12));
    for (double progress = 0.21; progress < 1; progress += 0.01) {
      assertThat(rate.at(progress)).isLessThan(rate.at(progress - 0.01));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1, Double.NaN})
  void ratesThatMakeNoSenseAreRefused(double peak) {
    assertThatThrownBy(() -> LearningRate.of(peak)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTrainingEndsAfterItsStepsOrItsTime() {
    TrainingLimit steps = new TrainingLimit.Steps(4);
    assertThat(steps.progress(1, Duration.ofDays(1))).isEqualTo(0.25);
    assertThat(steps.progress(4, Duration.ZERO)).isEqualTo(1);
    TrainingLimit time = new TrainingLimit.Time(Duration.ofMinutes(2));
    assertThat(time.progress(1000, Duration.ofMinutes(1))).isEqualTo(0.5);
    assertThat(time.progress(1, Duration.ofMinutes(3))).isEqualTo(1);
    assertThatThrownBy(() -> new TrainingLimit.Steps(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TrainingLimit.Time(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
