package io.cropvqa.model.llava;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.RopeParameters;
import io.cropvqa.model.golden.GoldenCheckpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class LlavaConfigTest {
  @Test
  void theCheckpointsDifferInWhatConfigsDifferIn() {
    List<LlavaConfig> configs =
        GoldenCheckpoint.all("llava").stream()
            .map(golden -> LlavaConfig.read(ConfigJson.read(golden.directory()), "llava"))
            .toList();

    assertThat(configs).hasSizeGreaterThanOrEqualTo(6);
    assertThat(configs).extracting(c -> c.vision().hasClassToken()).contains(true, false);
    assertThat(configs).extracting(c -> c.text().outputBias()).contains(true, false);
    assertThat(configs)
        .extracting(c -> (Object) c.text().rope().scaling().getClass())
        .contains(
            RopeParameters.Unscaled.class,
            RopeParameters.Linear.class,
            RopeParameters.Llama3.class);
    assertThat(configs).extracting(LlavaConfigTest::sharesKeys).contains(true, false);
    assertThat(configs).extracting(c -> c.text().tieWordEmbeddings()).contains(true, false);
    assertThat(configs).extracting(c -> c.text().attentionBias()).contains(true, false);
    assertThat(configs).extracting(c -> c.text().mlpBias()).contains(true, false);
    assertThat(configs).extracting(LlavaConfig::projectorBias).contains(true, false);
    assertThat(configs).extracting(LlavaConfig::visionFeatureLayer).contains(-1, -2);
    assertThat(configs).extracting(LlavaConfig::dropClassToken).contains(true, false);
    assertThat(configs).extracting(c -> c.vision().patchSize() % 2 == 1).contains(true, false);
  }

  /** Grouped-query attention. */
  private static boolean sharesKeys(LlavaConfig config) {
    return config.text().numKeyValueHeads() < config.text().numAttentionHeads();
  }
}
