package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.pruning.PruningSettings.Compressor;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings and names that can't be meant are refused with the key and what it may be. */
class PruningSettingsTest {
  private static final PlcNetwork SHAPE_ONLY =
      new PlcNetwork(PlcConfig.of(8), null, null, null, null);

  @ParameterizedTest
  @CsvSource({
    "-1, 0.25, 0.85, 'ilp-layer must be at least 0, got -1'",
    "2, 0, 0.85, 'ilp-min-survivors must be in (0, 1], got 0.0'",
    "2, 1.1, 0.85, 'ilp-min-survivors must be in (0, 1], got 1.1'",
    "2, 0.25, 0, 'plc-region-share must be in (0, 1], got 0.0'",
    "2, 0.25, NaN, 'plc-region-share must be in (0, 1], got NaN'",
  })
  void settingOutOfRangeIsNamed(int layer, double survivors, double share, String message) {
    assertThatThrownBy(
            () ->
                new PruningSettings(
                    layer, survivors, true, share, PruningSettings.Crop.DEFAULTS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.pruning." + message);
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 4, 'crop-compression must be at least 1, got 0.9'",
    "1.25, -1, 'crop-layer must be at least 0, got -1'",
  })
  void settingOfCropOutOfRangeIsNamed(double compression, int layer, String message) {
    assertThatThrownBy(() -> new PruningSettings.Crop(Compressor.PLC_DIVERSE, compression, layer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.pruning." + message);
  }

  @Test
  void unknownMethodIsToldTheKnownOnes() {
    assertThatThrownBy(() -> methods().named("fastvv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pruning \"fastvv\" is unknown: use one of " + PruningMethods.names());
    assertThat(PruningMethods.names()).contains("none", "random", "plc-pool", "ilp", "crop");
  }

  private static PruningMethods methods() {
    return new PruningMethods(PruningSettings.DEFAULTS, Optional.of(SHAPE_ONLY));
  }

  @Test
  void everyMethodGoesByItsName() {
    for (String name : PruningMethods.names()) {
      assertThat(methods().named(name).name()).isEqualTo(name);
    }
  }

  @Test
  void trainedCompressionNeedsItsWeights() {
    PruningMethods untrained = PruningMethods.untrained(PruningSettings.DEFAULTS);
    assertThatThrownBy(() -> untrained.named("plc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pruning \"plc\" needs trained weights, and the model's directory has no plc/ folder:"
                + " make one with train --plc, or use plc-pool");
    assertThatThrownBy(() -> cropWith(Compressor.PLC, Optional.empty()))
        .hasMessageStartingWith(
            "pruning \"crop\" with crop.pruning.crop-compressor = plc needs trained weights");
  }

  @Test
  void cropCompressesAsToldOrWithWhatThereIs() {
    for (Compressor any : Compressor.values()) {
      assertThat(cropWith(any, Optional.of(SHAPE_ONLY)).name()).isEqualTo("crop");
    }
    assertThat(cropWith(Compressor.AUTO, Optional.empty()).name()).isEqualTo("crop");
    assertThat(cropWith(Compressor.PLC_POOL, Optional.empty()).name()).isEqualTo("crop");
  }

  private static PruningMethod cropWith(Compressor compressor, Optional<PlcNetwork> plc) {
    PruningSettings settings =
        PruningSettings.DEFAULTS.with(PruningSettings.Crop.DEFAULTS.with(compressor));
    return new PruningMethods(settings, plc).named("crop");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void shareOfAnchorsOutOfRangeIsNamed(double share) {
    assertThatThrownBy(() -> PruningSettings.DEFAULTS.withPlcAnchors(share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.pruning.plc-anchors must be in [0, 1), got " + share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CROP", " crop"})
  void namesAreExact(String name) {
    assertThatThrownBy(
            () ->
                QuestionPruning.of(
                    new PruningPlan(name, 3),
                    VisualLayout.of(Tokens.grid(2, 2)),
                    ContextualRegion.WHOLE_IMAGE,
                    scope -> scope.create(new Shape(0, 1)),
                    4,
                    methods()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"");
  }
}
