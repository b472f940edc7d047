package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRevisionTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"llava\"}");
    Safetensors.vectors(folder.resolve("model.safetensors"), 1, 50_000, "a", "b");
  }

  @Test
  void sameFilesAreTheSameRevision(@TempDir Path other) throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(folder.resolve(file), other.resolve(file));
    }
    Files.writeString(other.resolve("README.md"), "not part of the model");
    assertThat(ModelRevision.of(other)).isEqualTo(ModelRevision.of(folder)).matches("[0-9a-f]{12}");
  }

  /** A small weight is digested whole, a larger one at both ends. */
  @ParameterizedTest
  @ValueSource(longs = {0, 300, 100_000, 300_000, 399_999})
  void anyWeightByteChangesTheRevision(long fromTheEnd) throws IOException {
    String before = ModelRevision.of(folder);
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bytes.length - 1 - fromTheEnd)] ^= 1;
    Files.write(file, bytes);
    assertThat(ModelRevision.of(folder)).isNotEqualTo(before);
  }

  /** Of a larger file the samples are: its first block for one. */
  @Test
  void sampledByteOfALargeFileChangesTheRevision() throws IOException {
    Path file = Safetensors.vectors(folder.resolve("model.safetensors"), 1, 3_000_000, "a");
    String before = ModelRevision.of(folder);
    byte[] bytes = Files.readAllBytes(file);
    bytes[1_000] ^= 1;
    Files.write(file, bytes);
    assertThat(ModelRevision.of(folder)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "processor_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja",
        "chat_template.json",
        "localizer.json"
      })
  void everyFileThatShapesAnswersChangesTheRevision(String file) throws IOException {
    String before = ModelRevision.of(folder);
    Files.writeString(folder.resolve(file), "{\"changed\":true}");
    assertThat(ModelRevision.of(folder)).isNotEqualTo(before);
  }

  /** Another localizer finds other regions, and other answers come of them. */
  @Test
  void aLocalizerBesideTheWeightsChangesTheRevision() throws IOException {
    String without = ModelRevision.of(folder);
    Path localizer = Files.createDirectory(folder.resolve("localizer"));
    Safetensors.vectors(localizer.resolve("model.safetensors"), 1, 4, "edges");
    String with = ModelRevision.of(folder);
    assertThat(with).isNotEqualTo(without);
    Safetensors.vectors(localizer.resolve("model.safetensors"), 2, 4, "edges");
    assertThat(ModelRevision.of(folder)).isNotEqualTo(with);
  }

  @Test
  void directoryWithoutWeightsHasNoRevision(@TempDir Path empty) {
    assertThatThrownBy(() -> ModelRevision.of(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("save the model as safetensors");
  }
}
