package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.model.layers.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageModelConfigTest {
  @TempDir private Path folder;

  /** LLaVA-1.5-7B's own file says little more than that it is Vicuna. */
  @Test
  void absentKeysAreVicunas() throws IOException {
    LanguageModelConfig config = read("{\"model_type\":\"llama\",\"vocab_size\":32064}");
    assertThat(config)
        .isEqualTo(
            new LanguageModelConfig(
                4096,
                11008,
                32,
                32,
                32,
                128,
                32064,
                2048,
                1e-6,
                10000,
                List.of(64),
                false,
                false,
                false,
                Activation.SILU,
                false));
  }

  @Test
  void headDimAndKeyValueHeadsFollowTheHeads() throws IOException {
    LanguageModelConfig config = read("{\"hidden_size\":96,\"num_attention_heads\":6}");
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.numKeyValueHeads()).isEqualTo(6);
  }

  /** transformers 4 has rope_theta beside the other keys, transformers 5 in rope_parameters. */
  @Test
  void ropeThetaIsFoundInBothPlaces() throws IOException {
    assertThat(read("{\"rope_theta\":500}").ropeTheta()).isEqualTo(500);
    assertThat(
            read("{\"rope_parameters\":{\"rope_theta\":5e5,\"rope_type\":\"default\"}}")
                .ropeTheta())
        .isEqualTo(500_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\":\"mamba\"} | model_type = \"mamba\" is not supported, only [llama]",
        "{\"hidden_act\":\"relu\"} | hidden_act = \"relu\" is not supported",
        "{\"rope_parameters\":{\"rope_type\":\"yarn\"}} | rope_parameters: rope_type = \"yarn\" is"
            + " not supported",
        "{\"rope_scaling\":{\"rope_type\":\"llama3\"}} | rope_scaling: rope_type = \"llama3\" is"
            + " not supported",
        "{\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}} | rope_scaling: rope_type ="
            + " \"linear\" is not supported",
        "{\"num_attention_heads\":0} | num_attention_heads = 0 must be positive",
        "{\"num_hidden_layers\":-2} | num_hidden_layers = -2 must be positive",
        "{\"num_hidden_layers\":\"two\"} | num_hidden_layers = \"two\" must be an integer",
        "{\"num_key_value_heads\":5} | num_attention_heads = 32 must be a multiple of"
            + " num_key_value_heads = 5",
        "{\"head_dim\":7} | head_dim = 7 must be even",
        "{\"rms_norm_eps\":\"1e-6\"} | rms_norm_eps = \"1e-6\" must be a number",
        "{\"attention_bias\":\"no\"} | attention_bias = \"no\" must be true or false",
      })
  void valueThatIsNotSupportedIsNamed(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("config.json")
        .hasMessageContaining(message);
  }

  /** Counted by hand on a decoder small enough for it: D=4, H=2, Hkv=1, d=2, I=3. */
  @Test
  void costsAreCountedPerWeightAndPair() throws IOException {
    LanguageModelConfig config =
        read(
            "{\"hidden_size\":4,\"num_attention_heads\":2,\"num_key_value_heads\":1,\"intermediate_size\":3}");
    assertThat(config.kvBytesPerTokenAndLayer()).isEqualTo(2 * 2 * 4);
    int weights = 4 * 4 + 4 * 2 + 4 * 2 + 4 * 4 + 3 * 4 * 3; // q, k, v, o; gate, up, down
    int pairs = 1 + 2 + 3; // causal attention of three tokens, q k^T and the mix of v
    assertThat(config.prefillFlops(3)).isEqualTo(2 * 3 * weights + 2 * 2 * pairs * 2 * 2);
    int keys = 2 * 3 * 4 * 2; // keys of all three tokens
    int query = 2 * 4 * 4; // of one row
    int scores = 2 * 3 * 2 * 2;
    assertThat(config.rankingFlops(3, 1)).isEqualTo(keys + query + scores);
  }

  private LanguageModelConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return LanguageModelConfig.llama(ConfigJson.read(folder), false);
  }
}
