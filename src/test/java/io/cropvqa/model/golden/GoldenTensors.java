package io.cropvqa.model.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a small safetensors file, read whole. Independent of the product's own reader, so
 * that a fault of that can't hide itself.
 */
public record GoldenTensors(Map<String, Tensor> byName) {

  /**
   * @param dtype {@code F32}, {@code U8} and so on
   * @param shape outermost dimension first
   * @param bytes little endian
   */
  public record Tensor(String dtype, List<Integer> shape, byte[] bytes) {

    /** Values of an {@code F32} tensor. */
    public float[] floats() {
      if (!dtype.equals("F32")) {
        throw new IllegalStateException("tensor is " + dtype);
      }
      float[] values = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  public static GoldenTensors read(Path file) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[Math.toIntExact(buffer.getLong())];
      buffer.get(header);
      JsonNode entries = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      ByteBuffer data = buffer.slice();
      Map<String, Tensor> tensors = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : entries.properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          tensors.put(entry.getKey(), tensor(entry.getValue(), data));
        }
      }
      return new GoldenTensors(tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor tensor(JsonNode entry, ByteBuffer data) {
    int begin = entry.get("data_offsets").get(0).asInt();
    int end = entry.get("data_offsets").get(1).asInt();
    byte[] bytes = new byte[end - begin];
    data.get(begin, bytes);
    List<Integer> shape = new ArrayList<>();
    entry.get("shape").forEach(size -> shape.add(size.asInt()));
    return new Tensor(entry.get("dtype").asText(), shape, bytes);
  }

  public Set<String> names() {
    return byName.keySet();
  }

  public Tensor get(String name) {
    if (!byName.containsKey(name)) {
      throw new NoSuchElementException("no golden tensor " + name + " among " + names());
    }
    return byName.get(name);
  }
}
