package io.cropvqa.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/** Writes safetensors files by hand, broken ones too. */
final class Safetensors {
  private Safetensors() {}

  /** A file with any header text and any data after it. */
  static Path write(Path file, String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(file, json.length, json, data);
  }

  /** A file that may lie about its header's length. */
  static Path write(Path file, long stated, byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(stated).put(header).put(data);
    return Files.write(file, bytes.array());
  }

  /** One vector of float32 for each name, one after another. */
  static Path vectors(Path file, float value, int length, String... names) throws IOException {
    StringJoiner header = new StringJoiner(",", "{", "}");
    ByteBuffer data =
        ByteBuffer.allocate(names.length * length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      int begin = data.position();
      for (int i = 0; i < length; i++) {
        data.putFloat(value);
      }
      header.add(entry(name, "F32", "[" + length + "]", begin, data.position()));
    }
    return write(file, header.toString(), data.array());
  }

  static String entry(String name, String dtype, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }
}
