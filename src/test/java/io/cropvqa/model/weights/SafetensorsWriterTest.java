package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path directory;
  private NDManager memory;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void whatIsWrittenIsReadBackBitForBit() throws Exception {
    Path file = directory.resolve("model.safetensors");
    float[] odd = {1, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, 1 / 3f};
    Map<String, NDArray> weights = new LinkedHashMap<>();
    weights.put("odd", memory.create(odd, new Shape(2, 3)));
    weights.put("a \"name\" with ü", memory.create(new float[] {7}, new Shape(1)));
    weights.put("scalar", memory.create(3.5f));

    SafetensorsWriter.write(file, weights);

    Weights read = Weights.openFile(file, memory);
    assertThat(read.get("odd", 2, 3).toFloatArray()).containsExactly(odd);
    assertThat(read.get("a \"name\" with ü", 1).toFloatArray()).containsExactly(7);
    assertThat(read.get("scalar").toFloatArray()).containsExactly(3.5f);
    read.requireAllUsed();
    assertThat(SafetensorsFile.open(file).entries().values())
        .first()
        .satisfies(first -> assertThat(first.begin() % 8).isZero());
  }

  @Test
  void anOlderFileIsReplacedAndNothingElseIsLeft() throws Exception {
    Path file = directory.resolve("model.safetensors");
    SafetensorsWriter.write(file, Map.of("x", memory.create(new float[] {1, 2})));
    SafetensorsWriter.write(file, Map.of("x", memory.create(new float[] {3})));

    assertThat(Weights.openFile(file, memory).get("x", 1).toFloatArray()).containsExactly(3);
    assertThat(directory.toFile().list()).containsExactly("model.safetensors");
  }

  @Test
  void otherTypesAreNamedAndTheOlderFileStands() throws Exception {
    Path file = directory.resolve("model.safetensors");
    Files.writeString(file, "older");

    assertThatThrownBy(
            () -> SafetensorsWriter.write(file, Map.of("ids", memory.create(new long[] {1}))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight ids is int64, only float32 is written");
    assertThat(file).hasContent("older");
    assertThat(directory.toFile().list()).hasSize(1);
  }
}
