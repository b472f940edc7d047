package io.cropvqa.evaluation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void ofAnOddNumberTheMiddleIsOneOfThem() {
    assertThat(Spread.of(List.of(5.0, 1.0, 3.0, 9.0, 7.0))).isEqualTo(new Spread(5, 3, 7, 5));
  }

  @Test
  void ofAnEvenNumberItIsBetweenTwo() {
    assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(2.5, 1.75, 3.25, 4));
  }

  @Test
  void oneIsAllOfThem() {
    assertThat(Spread.of(List.of(2.0))).isEqualTo(new Spread(2, 2, 2, 1));
  }

  @Test
  void nothingHasNone() {
    assertThatThrownBy(() -> Spread.of(List.of())).hasMessage("nothing was measured");
  }
}
