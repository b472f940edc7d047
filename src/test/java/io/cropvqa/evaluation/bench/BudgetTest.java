package io.cropvqa.evaluation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

  @ParameterizedTest
  @CsvSource({"64, 64", "11%, 63", "5%, 29", "0.1%, 1", "100%, 576", "12.5%, 72", "1, 1"})
  void isANumberOfTokensOrAShareOfThePictures(String text, int tokensOf576) {
    assertThat(Budget.parse(text).of(576)).isEqualTo(tokensOf576);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0%", "101%", "1.5", "-3", "many", "", "5 %"})
  void refusesWhatIsNeither(String text) {
    assertThatThrownBy(() -> Budget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\" must be");
  }

  @Test
  void aSmallPictureKeepsAToken() {
    assertThat(Budget.parse("5%").of(4)).isEqualTo(1);
  }
}
