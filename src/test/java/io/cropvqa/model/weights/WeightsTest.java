package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir private Path folder;
  private NDManager root;

  @BeforeEach
  void open() {
    root = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    root.close();
  }

  /** Values that every type can hold, among them the smallest and largest of half precision. */
  @Test
  void everyFloatingTypeBecomesFloat32() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).putFloat(1e-30f);
    data.putShort((short) 0x3E00).putShort((short) 0xC000).putShort((short) 0x7BFF);
    data.putShort((short) 0x3FC0).putShort((short) 0xC000).putShort((short) 0x7F7F);
    data.putDouble(1.5).putDouble(-2).putDouble(1.0 / 3);
    data.putFloat(0).putShort((short) 0x0001).putShort((short) 0); // fills up to 60
    write(
        data.array(),
        Safetensors.entry("f32", "F32", "[3]", 0, 12),
        Safetensors.entry("f16", "F16", "[3]", 12, 18),
        Safetensors.entry("bf16", "BF16", "[3]", 18, 24),
        Safetensors.entry("f64", "F64", "[3]", 24, 48),
        Safetensors.entry("tiny", "F16", "[1]", 52, 54));
    Weights weights = weights();
    assertValues(weights.get("f32", 3), 1.5f, -2, 1e-30f);
    assertValues(weights.get("f16", 3), 1.5f, -2, 65504);
    assertValues(weights.get("bf16", 3), 1.5f, -2, Float.intBitsToFloat(0x7F7F0000));
    assertValues(weights.get("f64", 3), 1.5f, -2, 1 / 3f);
    assertValues(weights.get("tiny", 1), (float) Math.pow(2, -24));
    assertThat(weights.bytes()).isEqualTo((4 * 3 + 1) * Float.BYTES);
  }

  private static void assertValues(NDArray array, float... values) {
    assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(array.toFloatArray()).containsExactly(values);
  }

  /** The rows of each matrix are more than are converted at once. */
  @ParameterizedTest
  @CsvSource({
    "BF16, 1024, 500",
    "F16, 1031, 9000",
    "F16, 300000, 1",
    "BF16, 40, 5000",
    "F16, 19, 20000",
    "BF16, 1, 7",
    "BF16, 320, 128",
    "F32, 320, 128",
    "F32, 1031, 900"
  })
  void linearLayersHaveTheSameWeightsInWhateverOrder(String dtype, int out, int in)
      throws IOException {
    int bytes = dtype.equals("F32") ? Float.BYTES : Short.BYTES;
    ByteBuffer data = ByteBuffer.allocate(out * in * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; data.hasRemaining(); i++) {
      data.putShort((short) (i % 0x7B00)); // finite in all types
    }
    String shape = "[%d,%d]".formatted(out, in);
    write(data.array(), Safetensors.entry("w.weight", dtype, shape, 0, data.capacity()));
    Weights weights = weights();
    NDArray linear = weights.linear("w.weight", out, in);
    assertThat(linear.getShape()).isEqualTo(new Shape(out, in));
    assertThat(linear.toFloatArray()).isEqualTo(weights.get("w.weight", out, in).toFloatArray());
  }

  @Test
  void integersStayIntegers() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(1L << 40).putInt(-7).putInt(8);
    write(
        data.array(),
        Safetensors.entry("long", "I64", "[1]", 0, 8),
        Safetensors.entry("int", "I32", "[2]", 8, 16));
    assertThat(weights().get("long", 1).toLongArray()).containsExactly(1L << 40);
    assertThat(weights().get("int", 2).toIntArray()).containsExactly(-7, 8);
  }

  /** Data may begin at any byte: the header's length shifts it, and a byte tensor before it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void misalignedDataIsReadRight(int padding) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(13).order(ByteOrder.LITTLE_ENDIAN);
    data.put((byte) 1).putFloat(3).putFloat(-4).putFloat(5);
    String header =
        "{%s,%s}%s"
            .formatted(
                Safetensors.entry("byte", "U8", "[1]", 0, 1),
                Safetensors.entry("w", "F32", "[3,1]", 1, 13),
                " ".repeat(padding));
    Safetensors.write(folder.resolve("model.safetensors"), header, data.array());
    NDArray w = weights().get("w", 3, 1);
    assertThat(w.getShape()).isEqualTo(new Shape(3, 1));
    assertThat(w.mul(2).toFloatArray()).containsExactly(6, -8, 10);
  }

  @Test
  void shardsAreReadAsOne() throws IOException {
    Safetensors.vectors(folder.resolve("model-1.safetensors"), 1, 2, "a", "b");
    Safetensors.vectors(folder.resolve("model-2.safetensors"), 2, 3, "c");
    index(
        "{\"weight_map\":{\"a\":\"model-1.safetensors\",\"b\":\"model-1.safetensors\",\"c\":\"model-2.safetensors\"}}");
    Weights weights = weights();
    assertThat(weights.get("b", 2).toFloatArray()).containsExactly(1, 1);
    assertThat(weights.get("c", 3).toFloatArray()).containsExactly(2, 2, 2);
    assertThat(weights.find("d", 3)).isEmpty();
  }

  @Test
  void weightsAreAskedForByTheirNewName() throws IOException {
    Safetensors.vectors(folder.resolve("model.safetensors"), 1, 2, "old.a");
    Weights weights = Weights.open(folder, name -> name.replace("old", "new"), root);
    assertThat(weights.get("new.a", 2).toFloatArray()).containsExactly(1, 1);
    assertThat(weights.find("old.a", 2)).isEmpty();
  }

  @Test
  void missingWeightIsNamed() throws IOException {
    Safetensors.vectors(folder.resolve("model.safetensors"), 1, 2, "a");
    assertThatThrownBy(() -> weights().get("b.weight", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder.getFileName() + " has no weight b.weight");
  }

  @Test
  void wrongShapeIsNamedWithBoth() throws IOException {
    Safetensors.vectors(folder.resolve("model.safetensors"), 1, 6, "a");
    assertThatThrownBy(() -> weights().get("a", 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight a has shape [6], config.json asks for [2, 3]");
  }

  @Test
  void surplusWeightsAreNamed() throws IOException {
    Safetensors.vectors(folder.resolve("model.safetensors"), 1, 2, "z", "b", "a", "buffer");
    Weights weights = weights();
    weights.get("a", 2);
    weights.ignore("buffer");
    assertThatThrownBy(weights::requireAllUsed)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 weights that its config.json has no place for, first b");
    weights.get("b", 2);
    weights.get("z", 2);
    weights.requireAllUsed();
  }

  @Test
  void unsupportedTypeIsNamedOnlyWhenAskedFor() throws IOException {
    write(new byte[4], Safetensors.entry("mask", "BOOL", "[4]", 0, 4));
    Weights weights = weights();
    assertThatThrownBy(() -> weights.get("mask", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight mask: type BOOL is not supported");
  }

  /** Sparse on disk; as float32 it is 2 GiB and a little, which no Java buffer holds. */
  @Test
  void weightTooLargeForABufferIsRead() throws IOException {
    long rows = (1L << 29) + 1;
    String header =
        "{%s}".formatted(Safetensors.entry("huge", "BF16", "[" + rows + "]", 0, rows * 2));
    Path file = Safetensors.write(folder.resolve("model.safetensors"), header, new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length() + rows * 2);
      sparse.seek(8 + header.length() + (rows - 1) * 2);
      sparse.write(new byte[] {(byte) 0xC0, 0x3F}); // 1.5
    }
    NDArray huge = weights().get("huge", rows);
    assertThat(huge.get("-2:").toFloatArray()).containsExactly(0, 1.5f);
  }

  @Test
  void pickledWeightsAreRefused() throws IOException {
    Files.write(folder.resolve("pytorch_model.bin"), new byte[] {(byte) 0x80, 2});
    assertThatThrownBy(this::weights)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "neither model.safetensors nor " + INDEX, "pickled weights (.bin, .pt) are refused");
  }

  @Test
  void pickleThatCallsItselfSafetensorsIsRefused() throws IOException {
    Files.write(
        folder.resolve("model.safetensors"),
        "\u0080\u0002}q\u0000(X\u0001\u0000\u0000\u0000".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::weights)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("states a header of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model-1.safetensors",
        "/etc/model-1.safetensors",
        "sub/model-1.safetensors",
        "sub\\\\model-1.safetensors",
        "..",
        ".",
        "/",
        "",
        "model-1.bin",
        "model-1.safetensors\\u0000",
      })
  void shardElsewhereIsRefused(String shard) throws IOException {
    Safetensors.vectors(folder.resolve("model-1.safetensors"), 1, 2, "a");
    index("{\"weight_map\":{\"a\":\"%s\"}}".formatted(shard));
    assertThatThrownBy(this::weights)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(INDEX + " names \"")
        .hasMessageContaining("must be a .safetensors file beside it");
  }

  @Test
  void missingShardIsNamed() throws IOException {
    index("{\"weight_map\":{\"a\":\"model-9.safetensors\"}}");
    assertThatThrownBy(this::weights)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(INDEX + " names model-9.safetensors, and " + folder + " lacks it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"weight_map\":[\"a\"]}", "{\"weight_map\":{}}", "", "7"})
  void indexWithoutAMapIsRefused(String json) throws IOException {
    index(json);
    assertThatThrownBy(this::weights)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(INDEX + " has no weight_map");
  }

  @Test
  void indexThatIsNotJsonIsRefused() throws IOException {
    index("{\"weight_map\":");
    assertThatThrownBy(this::weights)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(INDEX + " is not JSON");
  }

  private Weights weights() {
    return Weights.open(folder, UnaryOperator.identity(), root);
  }

  private void write(byte[] data, String... entries) throws IOException {
    Safetensors.write(
        folder.resolve("model.safetensors"), "{" + String.join(",", entries) + "}", data);
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve(INDEX), json);
  }
}
