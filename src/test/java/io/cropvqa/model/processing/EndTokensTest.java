package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cropvqa.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndTokensTest {
  private static TextTokenizer tokenizer;

  @TempDir Path model;

  @BeforeAll
  static void load() {
    System.setProperty("ai.djl.offline", "true");
    tokenizer = TextTokenizer.load(Samples.MODEL);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void generationConfigComesFirst() throws IOException {
    write("generation_config.json", "{\"eos_token_id\": [2, 7]}");
    write("config.json", "{\"eos_token_id\": 9}");
    assertThat(EndTokens.load(model, tokenizer).ids()).isEqualTo(Set.of(2, 7));
  }

  @Test
  void thenTheModelsConfigAndItsTextConfig() throws IOException {
    write("generation_config.json", "{\"eos_token_id\": null}");
    write("config.json", "{\"text_config\": {\"eos_token_id\": 5}}");
    assertThat(EndTokens.load(model, tokenizer).contains(5)).isTrue();
    assertThat(EndTokens.load(model, tokenizer).contains(2)).isFalse();
  }

  @Test
  void thenTheTokenizers() {
    int end = tokenizer.endOfSequence().orElseThrow();
    assertThat(EndTokens.load(model, tokenizer).ids()).isEqualTo(Set.of(end));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.5", "\"</s>\"", "[1, true]"})
  void aValueThatIsNoIdIsNamed(String value) throws IOException {
    write("generation_config.json", "{\"eos_token_id\": %s}".formatted(value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndTokens.load(model, tokenizer))
        .withMessageContaining("eos_token_id");
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(model.resolve(file), json);
  }
}
