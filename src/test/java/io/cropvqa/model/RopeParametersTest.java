package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RopeParametersTest {
  @TempDir private Path folder;

  @Test
  void unscaledFrequenciesArePowersOfTheta() {
    assertThat(new RopeParameters(10_000).frequencies(4)).containsExactly(1, 0.01f);
  }

  /** Both spellings, and both names of the kind, are one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rope_theta\":100,\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}}",
        "{\"rope_theta\":100,\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":2.0}}",
        "{\"rope_parameters\":{\"rope_theta\":100,\"rope_type\":\"linear\",\"factor\":2}}",
      })
  void linearScalingDivides(String json) throws IOException {
    assertThat(read(json).frequencies(4)).containsExactly(0.5f, 0.05f);
  }

  /**
   * By hand: in a context of 2 pi * 4 the frequencies 1, 0.5 and 0.25 turn 4, 2 and 1 times. With
   * low 1 and high 3 the first is kept, the second half kept, and the last divided by 8.
   */
  @Test
  void llama3StretchesLongWavesAlone() {
    RopeParameters rope =
        new RopeParameters(8, new RopeParameters.Llama3(8, 1, 3, 2 * Math.PI * 4), List.of());
    float[] frequencies = rope.frequencies(6); // 8^0, 8^(-1/3), 8^(-2/3)
    assertThat(frequencies[0]).isEqualTo(1);
    assertThat(frequencies[1]).isCloseTo(0.5f * (0.5f + 0.5f / 8), within(1e-6f));
    assertThat(frequencies[2]).isCloseTo(0.25f / 8, within(1e-6f));
  }

  @Test
  void dynamicScalingChangesNothingWithinTheContext() throws IOException {
    RopeParameters rope =
        read("{\"rope_theta\":10000,\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":2.0}}");
    assertThat(rope).isEqualTo(new RopeParameters(10_000));
  }

  private RopeParameters read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return RopeParameters.read(ConfigJson.read(folder));
  }
}
