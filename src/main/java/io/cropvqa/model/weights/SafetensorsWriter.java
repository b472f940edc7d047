package io.cropvqa.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes float32 arrays as a safetensors file, one after another, so that no more than one is in
 * memory twice. The file appears whole or not at all.
 */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * @param file replaced if it is there
   * @param weights by name, in the order they shall lie in
   * @throws IllegalArgumentException for an array that isn't float32, naming it
   * @throws IOException if the file can't be written; an older one then stands
   */
  public static void write(Path file, Map<String, NDArray> weights) throws IOException {
    byte[] header = header(weights);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(out, start.putLong(header.length).put(header).flip());
        for (NDArray weight : weights.values()) {
          writeFully(out, littleEndian(weight.toFloatArray()));
        }
        out.force(true);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Padded with blanks, so that the data begins at a multiple of eight. */
  private static byte[] header(Map<String, NDArray> weights) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long position = 0;
    for (Map.Entry<String, NDArray> weight : weights.entrySet()) {
      NDArray array = weight.getValue();
      if (array.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "weight %s is %s, only float32 is written"
                .formatted(weight.getKey(), array.getDataType()));
      }
      long end = position + array.size() * Float.BYTES;
      ObjectNode entry = header.putObject(weight.getKey()).put("dtype", "F32");
      entry.set("shape", JSON.valueToTree(array.getShape().getShape()));
      entry.putArray("data_offsets").add(position).add(end);
      position = end;
    }
    String json = JSON.writeValueAsString(header);
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(-(length + 8) & (ALIGNMENT - 1))).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
