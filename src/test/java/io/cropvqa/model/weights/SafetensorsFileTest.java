package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A header is hostile until it is checked: whatever it says, it ends in a clear refusal. */
class SafetensorsFileTest {
  @TempDir private Path folder;

  @Test
  void goodHeaderIsRead() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},%s,%s,%s}   "
            .formatted(
                Safetensors.entry("b", "BF16", "[2,3]", 0, 12),
                Safetensors.entry("none", "F32", "[0,4]", 12, 12),
                Safetensors.entry("scalar", "F64", "[]", 12, 20));
    SafetensorsFile file = SafetensorsFile.open(Safetensors.write(path(), header, new byte[20]));
    assertThat(file.entries()).containsOnlyKeys("b", "none", "scalar");
    SafetensorsFile.Entry b = file.entries().get("b");
    assertThat(b.dtype()).isEqualTo(SafetensorsType.BF16);
    assertThat(b.shape()).containsExactly(2, 3);
    assertThat(b.begin()).isEqualTo(8 + header.length());
    assertThat(b.end() - b.begin()).isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 100, 100_000_001, Long.MAX_VALUE})
  void headerLengthThatCannotBeIsRefused(long stated) throws IOException {
    Path file =
        Safetensors.write(path(), stated, "{}".getBytes(StandardCharsets.UTF_8), new byte[8]);
    assertRefused(file, "states a header of " + stated + " bytes in a file of 18");
  }

  @Test
  void fileTooShortForALengthIsRefused() throws IOException {
    assertRefused(Files.write(path(), new byte[7]), "shorter than the 8 bytes");
    assertRefused(Files.write(path(), new byte[0]), "shorter than the 8 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "{\"a\":", "{\"a\" 5}", "\u0080\u0081"})
  void headerThatIsNotJsonIsRefused(String header) throws IOException {
    assertRefused(Safetensors.write(path(), header, new byte[0]), "header that is not JSON");
  }

  @Test
  void headerNestedWithoutEndIsRefused() throws IOException {
    assertRefused(
        Safetensors.write(path(), "{\"a\":" + "[".repeat(200_000), new byte[0]),
        "header that is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "12", "null", "    "})
  void headerThatIsNoObjectIsRefused(String header) throws IOException {
    assertRefused(Safetensors.write(path(), header, new byte[0]), "not a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // dtype | shape | data_offsets | what the message says; the data has 16 bytes
        "\"F8_E4M3\" | [16] | [0,16] | dtype \"F8_E4M3\" is not supported",
        "\"f32\" | [4] | [0,16] | dtype \"f32\" is not supported",
        "7 | [4] | [0,16] | dtype 7 is not supported",
        "\"F32\" | [-4] | [0,16] | -4 is not a size",
        "\"F32\" | [4.5] | [0,16] | 4.5 is not a size",
        "\"F32\" | [4e0] | [0,16] | 4.0 is not a size",
        "\"F32\" | [\"4\"] | [0,16] | \"4\" is not a size",
        "\"F32\" | [null] | [0,16] | null is not a size",
        "\"F32\" | [9223372036854775808] | [0,16] | 9223372036854775808 is not a size",
        "\"F32\" | [4611686018427387904,4] | [0,16] | more elements than a file can hold",
        "\"F32\" | [4294967296,4294967296] | [0,0] | more elements than a file can hold",
        "\"F32\" | 4 | [0,16] | must be arrays",
        "\"F32\" | [4] | 16 | must be arrays",
        "\"F32\" | [4] | [16] | lie outside the file",
        "\"F32\" | [4] | [0,8,16] | lie outside the file",
        "\"F32\" | [4] | [16,0] | lie outside the file",
        "\"F32\" | [4] | [4,20] | lie outside the file",
        "\"F32\" | [4] | [9223372036854775792,9223372036854775807] | lie outside the file",
        "\"F32\" | [4] | [-16,0] | -16 is not a size",
        "\"F32\" | [4] | [0,12] | 12 bytes can't be a F32 of shape [4]",
        "\"F16\" | [4] | [0,16] | 16 bytes can't be a F16 of shape [4]",
        "\"F32\" | [] | [0,16] | 16 bytes can't be a F32 of shape []",
      })
  void entryThatCannotBeIsNamed(String dtype, String shape, String offsets, String message)
      throws IOException {
    String header =
        "{\"good\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"odd\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets);
    assertRefused(Safetensors.write(path(), header, new byte[16]), "odd: ", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "[]", "{}", "{\"dtype\":\"F32\"}"})
  void entryThatIsNoEntryIsNamed(String entry) throws IOException {
    assertRefused(Safetensors.write(path(), "{\"odd\":" + entry + "}", new byte[16]), "odd: ");
  }

  @Test
  void overlappingTensorsAreNamed() throws IOException {
    String header =
        "{%s,%s,%s}"
            .formatted(
                Safetensors.entry("last", "F32", "[1]", 12, 16),
                Safetensors.entry("wide", "F32", "[3]", 0, 12),
                Safetensors.entry("inner", "F32", "[1]", 4, 8));
    assertRefused(Safetensors.write(path(), header, new byte[16]), "wide and inner overlap");
  }

  /** Thousands of damaged copies of a good file: each opens, or is refused as it should be. */
  @Test
  void damageNeverEndsInAnotherException() throws IOException {
    byte[] good = Files.readAllBytes(Safetensors.vectors(path(), 1, 3, "one", "two", "three"));
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = good.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Files.write(path(), damaged);
      try {
        SafetensorsFile file = SafetensorsFile.open(path());
        long size = damaged.length;
        assertThat(file.entries().values())
            .allMatch(entry -> entry.begin() >= 8 && entry.end() <= size);
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e).hasMessageStartingWith("model.safetensors ");
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  private Path path() {
    return folder.resolve("model.safetensors");
  }

  private static void assertRefused(Path file, String... messageParts) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model.safetensors ")
        .hasMessageContainingAll(messageParts);
  }
}
