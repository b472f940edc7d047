package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.model.Sampler;
import io.cropvqa.pruning.PruningSettings;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSettingsTest {

  @Test
  void budgetIsTheGivenOneOrAShareOfTheImage() {
    assertThat(settings("crop", OptionalInt.of(64), 0.25, 8).budget(576)).isEqualTo(64);
    assertThat(settings("crop", OptionalInt.empty(), 0.25, 8).budget(576)).isEqualTo(144);
    assertThat(settings("crop", OptionalInt.empty(), 1, 8).budget(576)).isEqualTo(576);
    assertThat(settings("crop", OptionalInt.empty(), 0.001, 8).budget(16)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crops | 64 | 0.25 | 8 | pruning \"crops\" is unknown",
        "crop | 0 | 0.25 | 8 | crop.pruning.visual-tokens must be at least 1, got 0",
        "crop | 64 | 0 | 8 | crop.pruning.retention-ratio must be in (0, 1], got 0.0",
        "crop | 64 | 1.5 | 8 | crop.pruning.retention-ratio must be in (0, 1], got 1.5",
        "crop | 64 | NaN | 8 | crop.pruning.retention-ratio must be in (0, 1], got NaN",
        "crop | 64 | 0.25 | 0 | crop.generation.max-new-tokens must be at least 1, got 0",
      })
  void settingOutOfRangeIsNamed(
      String method, int visualTokens, double ratio, int maxNewTokens, String message) {
    assertThatThrownBy(() -> settings(method, OptionalInt.of(visualTokens), ratio, maxNewTokens))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static EngineSettings settings(
      String method, OptionalInt visualTokens, double ratio, int maxNewTokens) {
    return new EngineSettings(
        method,
        visualTokens,
        ratio,
        maxNewTokens,
        1 << 20,
        Sampler.Settings.GREEDY,
        PruningSettings.DEFAULTS);
  }
}
