package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledFilesTest {
  private static final String FOLDER = "bundled/tiny";

  @TempDir Path cache;

  @Test
  void filesInSubFoldersAreUnpackedWhereTheyWere() throws Exception {
    Path directory =
        new BundledFiles(FOLDER, List.of("config.json"), List.of("more/weights.bin", "none.json"))
            .unpack(cache);

    assertThat(directory).startsWith(cache.resolve("models")).endsWith(Path.of("tiny"));
    assertThat(Files.readString(directory.resolve("config.json"))).isEqualTo("one\n");
    assertThat(Files.readString(directory.resolve("more/weights.bin"))).isEqualTo("two\n");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("config.json", "more");
    assertThat(directory.resolve("more").toFile().list()).containsExactly("weights.bin");
  }

  @Test
  void otherFilesAreAnotherDirectory() {
    Path with =
        new BundledFiles(FOLDER, List.of("config.json"), List.of("more/weights.bin")).unpack(cache);
    Path without = new BundledFiles(FOLDER, List.of("config.json"), List.of()).unpack(cache);
    assertThat(with).isNotEqualTo(without);
    assertThat(without.toFile().list()).containsExactly("config.json");
  }

  @Test
  void aRequiredFileThatIsMissingIsNamed() {
    assertThatThrownBy(
            () -> new BundledFiles(FOLDER, List.of("none.json"), List.of()).unpack(cache))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessage("the application lacks bundled/tiny/none.json");
  }

  @Test
  void theBundledModelIsWhole() {
    assertThat(BundledModel.unpack(cache).resolve("model.safetensors")).isRegularFile();
  }
}
