package io.cropvqa.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VqaAccuracyTest {

  /**
   * With m of 10 people in agreement: left out m times, they count m - 1 of 3, else m of 3. So 1:
   * 9/10 of 1/3; 2: 8/10 of 2/3 and 2/10 of 1/3; 3: 7/10 of 1 and 3/10 of 2/3.
   */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.3", "2, 0.6", "3, 0.9", "4, 1", "10, 1"})
  void averagesOverTheTenWaysToLeaveOneOut(int matches, double accuracy) {
    List<String> people = new ArrayList<>(Collections.nCopies(matches, "blue"));
    people.addAll(Collections.nCopies(10 - matches, "red"));

    assertThat(VqaAccuracy.of("Blue.", people)).isCloseTo(accuracy, within(1e-12));
  }

  @Test
  void normalisesBothSides() {
    List<String> people = List.of("2", "two", "The two", "2.", "3", "3", "3", "3", "3", "3");

    assertThat(VqaAccuracy.of("TWO", people)).isEqualTo(1);
  }

  @Test
  void takesAnyAnswerOfTooFewPeople() {
    assertThat(VqaAccuracy.of("cat", List.of("cat"))).isEqualTo(1);
    assertThat(VqaAccuracy.of("cat", List.of("dog", "a cat", "cow"))).isEqualTo(1);
    assertThat(VqaAccuracy.of("cat", List.of("dog"))).isZero();
  }

  @Test
  void exactMatchForgivesCaseAndAFullStopOnly() {
    assertThat(ExactMatch.of(" Blue. ", List.of("blue"))).isTrue();
    assertThat(ExactMatch.of("2", List.of("two"))).isFalse();
    assertThat(ExactMatch.of("a cat", List.of("cat"))).isFalse();
  }
}
