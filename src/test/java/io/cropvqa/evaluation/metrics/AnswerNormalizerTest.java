package io.cropvqa.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worked by hand through the steps of the official {@code vqaEval.py}. */
class AnswerNormalizerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          Yes.                | yes
          The Red Car         | red car
          a                   | ''
          an apple            | apple
          two                 | 2
          None                | 0
          ten dogs            | 10 dogs
          dont know           | don't know
          couldn'tve          | couldn't've
          its                 | its
          it's                | it's
          black/white         | black white
          black-and-white     | black and white
          yes, please         | yes please
          1,000               | 1000
          3.5 miles           | 3.5 miles
          Stop!               | stop
          (left)              | left
          """)
  void answersAreMadeComparable(String answer, String normal) {
    assertThat(AnswerNormalizer.normalize(answer)).isEqualTo(normal);
  }
}
