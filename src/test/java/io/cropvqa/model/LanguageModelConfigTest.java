package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.model.layers.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                new RopeParameters(10000),
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
    assertThat(read("{\"rope_theta\":500}").rope().theta()).isEqualTo(500);
    assertThat(
            read("{\"rope_parameters\":{\"rope_theta\":5e5,\"rope_type\":\"default\"}}")
                .rope()
                .theta())
        .isEqualTo(500_000);
  }

  /** Mistral's and Qwen2's own defaults, where they are not Llama's. */
  @Test
  void absentKeysAreThoseOfTheType() throws IOException {
    LanguageModelConfig mistral = read("{\"model_type\":\"mistral\"}");
    assertThat(mistral.intermediateSize()).isEqualTo(14_336);
    assertThat(mistral.numKeyValueHeads()).isEqualTo(8);
    assertThat(mistral.attentionBias()).isFalse();
    LanguageModelConfig qwen = read("{\"model_type\":\"qwen2\"}");
    assertThat(qwen.intermediateSize()).isEqualTo(22_016);
    assertThat(qwen.vocabSize()).isEqualTo(151_936);
    assertThat(qwen.attentionBias()).isTrue();
    assertThat(qwen.outputBias()).isFalse();
  }

  /** Within the window attention doesn't slide, so that is how much goes in. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\":\"mistral\"} | 4096",
        "{\"model_type\":\"mistral\",\"sliding_window\":null} | 131072",
        "{\"model_type\":\"mistral\",\"sliding_window\":512,\"max_position_embeddings\":256} | 256",
        "{\"model_type\":\"mistral\",\"sliding_window\":128,\"max_position_embeddings\":256} | 128",
        "{\"model_type\":\"qwen2\"} | 32768",
        "{\"model_type\":\"qwen2\",\"sliding_window\":128} | 32768",
        "{\"model_type\":\"qwen2\",\"sliding_window\":128,\"use_sliding_window\":true} | 128",
        "{\"model_type\":\"qwen2\",\"use_sliding_window\":true,\"sliding_window\":null} | 32768",
      })
  void contextIsAtMostTheSlidingWindow(String json, int context) throws IOException {
    assertThat(read(json).maxPositionEmbeddings()).isEqualTo(context);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\":\"mamba\"} | model_type = \"mamba\" is not supported, only [llama,"
            + " mistral, qwen2]",
        "{\"hidden_act\":\"relu\"} | hidden_act = \"relu\" is not supported",
        "{\"rope_parameters\":{\"rope_type\":\"yarn\"}} | rope_parameters: rope_type = \"yarn\" is"
            + " not supported",
        "{\"rope_scaling\":{\"type\":\"longrope\"}} | rope_scaling: type = \"longrope\" is not"
            + " supported",
        "{\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8}} | rope_scaling lacks"
            + " low_freq_factor",
        "{\"rope_scaling\":{\"type\":\"linear\"}} | rope_scaling lacks factor",
        "{\"partial_rotary_factor\":0.5} | partial_rotary_factor = 0.5 is not supported, only 1",
        "{\"rope_parameters\":{\"partial_rotary_factor\":0.25}} | rope_parameters:"
            + " partial_rotary_factor = 0.25 is not supported",
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
    return LanguageModelConfig.read(ConfigJson.read(folder), false);
  }
}
