package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Whatever a weights file holds, its tensors lie in it, or it is refused by name. */
@Tag("fuzz")
class SafetensorsFuzzTest {
  private static final Path FILE = temporaryFile();

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreWeightsOrRefused(byte[] file) throws IOException {
    Files.write(FILE, file);
    try {
      SafetensorsFile weights = SafetensorsFile.open(FILE);
      for (SafetensorsFile.Entry entry : weights.entries().values()) {
        assertThat(entry.begin()).isBetween(8L, entry.end());
        assertThat(entry.end()).isLessThanOrEqualTo(file.length);
        readAll(weights, entry);
      }
    } catch (IllegalArgumentException refusal) {
      assertThat(refusal.getMessage())
          .startsWith(FILE.getFileName() + " ")
          .hasSizeLessThanOrEqualTo(501);
    }
  }

  private static void readAll(SafetensorsFile weights, SafetensorsFile.Entry entry)
      throws IOException {
    assertThat(weights.map(entry).remaining()).isEqualTo(entry.end() - entry.begin());
    weights.read(
        entry,
        ByteBuffer.allocate(16),
        (offset, length) ->
            assertThat(offset + length).isLessThanOrEqualTo(entry.end() - entry.begin()));
  }

  private static Path temporaryFile() {
    try {
      Path file = Files.createTempFile("fuzz", ".safetensors");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
