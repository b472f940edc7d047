package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.tensor.NumberType;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightNumbersTest {
  @TempDir Path model;

  @ParameterizedTest
  @CsvSource({
    "cpu, '{\"dtype\": \"bfloat16\"}', FLOAT32",
    "gpu, '{\"dtype\": \"bfloat16\"}', BFLOAT16",
    "gpu:1, '{\"torch_dtype\": \"float16\"}', FLOAT16",
    "gpu, '{\"dtype\": \"float32\", \"torch_dtype\": \"float16\"}', FLOAT32",
    "gpu, '{}', FLOAT32",
  })
  void aDeviceHasItsNumbersAndAGpuThoseOfTheCheckpoint(
      String device, String json, NumberType expected) throws IOException {
    Files.writeString(model.resolve("config.json"), json);
    assertThat(WeightNumbers.of(config(Map.of("crop.device", device)), model)).isEqualTo(expected);
  }

  @Test
  void whatIsAskedForWins() throws IOException {
    Files.writeString(model.resolve("config.json"), "{\"dtype\": \"bfloat16\"}");
    Map<String, String> asked = Map.of("crop.device", "gpu", "crop.dtype", "float16");
    assertThat(WeightNumbers.of(config(asked), model)).isEqualTo(NumberType.FLOAT16);
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    CropConfig bytesOnGpu = config(Map.of("crop.device", "gpu", "crop.dtype", "int8"));
    assertThatThrownBy(() -> WeightNumbers.requireUsable(bytesOnGpu))
        .hasMessage("crop.dtype = int8 is for crop.device = cpu, got gpu");
    CropConfig unknown = config(Map.of("crop.dtype", "fp8"));
    assertThatThrownBy(() -> WeightNumbers.requireUsable(unknown))
        .hasMessage(
            "crop.dtype = fp8 is not supported: use float32, float16, bfloat16 or int8, or leave it"
                + " out");
  }

  private static CropConfig config(Map<String, String> settings) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withMapping(CropConfig.class);
    builder.withDefaultValue("user.home", "/nowhere");
    settings.forEach(builder::withDefaultValue);
    return builder.build().getConfigMapping(CropConfig.class);
  }
}
