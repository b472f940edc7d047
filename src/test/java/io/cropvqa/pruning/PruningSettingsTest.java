package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings and names that can't be meant are refused with the key and what it may be. */
class PruningSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "-1, 0.25, 0.85, 1.25, 'ilp-layer must be at least 0, got -1'",
    "2, 0, 0.85, 1.25, 'ilp-min-survivors must be in (0, 1], got 0.0'",
    "2, 1.1, 0.85, 1.25, 'ilp-min-survivors must be in (0, 1], got 1.1'",
    "2, 0.25, 0, 1.25, 'plc-region-share must be in (0, 1], got 0.0'",
    "2, 0.25, NaN, 1.25, 'plc-region-share must be in (0, 1], got NaN'",
    "2, 0.25, 0.85, 0.9, 'crop-compression must be at least 1, got 0.9'",
  })
  void settingOutOfRangeIsNamed(
      int layer, double survivors, double share, double compression, String message) {
    assertThatThrownBy(() -> new PruningSettings(layer, survivors, true, share, compression, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.pruning." + message);
  }

  @Test
  void unknownMethodIsToldTheKnownOnes() {
    assertThatThrownBy(() -> PruningMethods.named("fastvv", PruningSettings.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pruning \"fastvv\" is unknown: use one of " + PruningMethods.names());
    assertThat(PruningMethods.names()).contains("none", "random", "plc-pool", "ilp", "crop");
  }

  @Test
  void everyMethodGoesByItsName() {
    for (String name : PruningMethods.names()) {
      assertThat(PruningMethods.named(name, PruningSettings.DEFAULTS).name()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CROP", " crop"})
  void namesAreExact(String name) {
    assertThatThrownBy(
            () ->
                QuestionPruning.of(
                    new PruningPlan(name, 3),
                    Tokens.grid(2, 2),
                    ContextualRegion.WHOLE_IMAGE,
                    scope -> scope.create(new Shape(0, 1)),
                    4,
                    PruningSettings.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"");
  }
}
