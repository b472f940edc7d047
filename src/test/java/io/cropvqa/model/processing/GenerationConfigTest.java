package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationConfigTest {
  @TempDir Path model;

  @Test
  void readsEveryKey() throws IOException {
    write(
        "generation_config.json",
        """
        {"eos_token_id": [2, 7], "pad_token_id": 3, "do_sample": true, "temperature": 0.2,
         "top_k": 5, "top_p": 0.9, "max_new_tokens": 40, "use_cache": true}
        """);
    assertThat(GenerationConfig.load(model))
        .isEqualTo(
            new GenerationConfig(
                List.of(2, 7), OptionalInt.of(3), true, 0.2, 5, 0.9, OptionalInt.of(40)));
  }

  @Test
  void nothingSaidMeansGreedyAndNoEnd() {
    assertThat(GenerationConfig.load(model))
        .isEqualTo(
            new GenerationConfig(
                List.of(), OptionalInt.empty(), false, 1, 50, 1, OptionalInt.empty()));
  }

  @Test
  void whatItDoesNotSayIsInTheModelsConfig() throws IOException {
    write("generation_config.json", "{\"pad_token_id\": null, \"top_k\": 1}");
    write(
        "config.json",
        "{\"pad_token_id\": 9, \"text_config\": {\"eos_token_id\": 2, \"pad_token_id\": 8}}");
    GenerationConfig config = GenerationConfig.load(model);
    assertThat(config.endsWith(2)).isTrue();
    assertThat(config.endsWith(9)).isFalse();
    assertThat(config.padTokenId()).hasValue(9);
    assertThat(config.topK()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "temperature,  -0.1,   0 or more",
    "top_p,        1.5,    '(0, 1]'",
    "top_k,        -1,     0 or more",
    "top_k,        true,   wrong type",
    "eos_token_id, '[2.5]', wrong type",
    "do_sample,    1,      wrong type",
  })
  void aValueThatCanNotBeIsNamed(String key, String value, String detail) throws IOException {
    write("generation_config.json", "{\"%s\": %s}".formatted(key, value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationConfig.load(model))
        .withMessageContaining(key)
        .withMessageContaining(detail);
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(model.resolve(file), json);
  }
}
