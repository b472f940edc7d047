package io.cropvqa.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One safetensors file: an 8-byte header length, a JSON header, and the tensors one after another.
 *
 * <p>The header is checked before a byte of data is touched: its length, every dtype, that each
 * tensor's bytes are what its shape asks for, and that the tensors lie inside the file without
 * overlapping. Source: the format's description in huggingface/safetensors, README.md.
 */
public final class SafetensorsFile {
  private static final int LENGTH_BYTES = 8;

  /** Room for some 150,000 tensors. What a header may become in memory follows from both limits. */
  private static final long MAX_HEADER_BYTES = 16 << 20;

  private static final long MAX_HEADER_TOKENS = 2_000_000;
  private static final int MAX_DIMENSIONS = 16;

  /** Characters of a message: it quotes the file. */
  private static final int MAX_MESSAGE = 500;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_HEADER_TOKENS).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Where a tensor lies.
   *
   * @param dtype as the header names it
   * @param shape dimensions, outermost first
   * @param begin first byte, from the start of the file
   * @param end one past its last byte
   */
  public record Entry(SafetensorsType dtype, long[] shape, long begin, long end) {}

  private final Path path;
  private final Map<String, Entry> entries;

  private SafetensorsFile(Path path, Map<String, Entry> entries) {
    this.path = path;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * Reads and checks the header.
   *
   * @throws IllegalArgumentException if the file is not what a safetensors file must be; the
   *     message says where
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      // A pipe would never open, and a device never end.
      throw broken(path, "is no regular file");
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = headerLength(path, file);
      ByteBuffer bytes = ByteBuffer.allocate((int) length);
      readFully(file, bytes, LENGTH_BYTES);
      JsonNode header = parse(path, bytes.array());
      return new SafetensorsFile(path, entries(path, header, LENGTH_BYTES + length, file.size()));
    }
  }

  private static long headerLength(Path path, FileChannel file) throws IOException {
    if (file.size() < LENGTH_BYTES) {
      throw broken(path, "is shorter than the 8 bytes of its header length");
    }
    ByteBuffer prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(file, prefix, 0);
    long length = prefix.getLong(0);
    if (length < 2 || length > file.size() - LENGTH_BYTES) {
      throw broken(path, "states a header of %d bytes in a file of %d", length, file.size());
    }
    if (length > MAX_HEADER_BYTES) {
      throw broken(path, "has a header of %d bytes, more than %d", length, MAX_HEADER_BYTES);
    }
    return length;
  }

  private static void readFully(FileChannel file, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      int read = file.read(into, position + into.position());
      if (read < 0) {
        throw new IOException("file ended while it was read");
      }
    }
  }

  private static JsonNode parse(Path path, byte[] header) {
    try {
      // As UTF-8, which it must be: left to itself, the parser would also try UTF-16 and UTF-32.
      JsonNode node = JSON.readTree(new String(header, StandardCharsets.UTF_8));
      if (node == null || !node.isObject()) {
        throw broken(path, "has a header that is not a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw broken(path, "has a header that is not JSON: %s", e.getOriginalMessage());
    }
  }

  private static Map<String, Entry> entries(Path path, JsonNode header, long data, long fileSize) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.put(field.getKey(), entry(path, field.getKey(), field.getValue(), data, fileSize));
      }
    }
    requireDisjoint(path, entries);
    return entries;
  }

  private static Entry entry(Path path, String name, JsonNode node, long data, long fileSize) {
    SafetensorsType dtype =
        SafetensorsType.named(node.path("dtype").asText())
            .orElseThrow(
                () -> broken(path, "%s: dtype %s is not supported", name, node.path("dtype")));
    long[] shape = longs(path, name, node.path("shape"));
    long[] offsets = longs(path, name, node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > fileSize - data) {
      throw broken(
          path, "%s: data_offsets %s lie outside the file", name, node.path("data_offsets"));
    }
    if (offsets[1] - offsets[0] != bytes(path, name, shape, dtype)) {
      throw broken(
          path,
          "%s: %d bytes can't be a %s of shape %s",
          name,
          offsets[1] - offsets[0],
          dtype,
          node.path("shape"));
    }
    return new Entry(dtype, shape, data + offsets[0], data + offsets[1]);
  }

  private static long[] longs(Path path, String name, JsonNode node) {
    if (!node.isArray()) {
      throw broken(path, "%s: shape and data_offsets must be arrays", name);
    }
    if (node.size() > MAX_DIMENSIONS) {
      throw broken(path, "%s: %d dimensions are more than %d", name, node.size(), MAX_DIMENSIONS);
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
        throw broken(path, "%s: %s is not a size", name, value);
      }
      values[i] = value.asLong();
    }
    return values;
  }

  private static long bytes(Path path, String name, long[] shape, SafetensorsType dtype) {
    try {
      long bytes = dtype.bytes();
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw broken(path, "%s: its shape has more elements than a file can hold", name);
    }
  }

  private static void requireDisjoint(Path path, Map<String, Entry> entries) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.<Map.Entry<String, Entry>>comparingLong(entry -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).getValue().begin() < ordered.get(i - 1).getValue().end()) {
        throw broken(
            path, "%s and %s overlap", ordered.get(i - 1).getKey(), ordered.get(i).getKey());
      }
    }
  }

  private static IllegalArgumentException broken(Path path, String what, Object... arguments) {
    String message = path.getFileName() + " " + what.formatted(arguments);
    return new IllegalArgumentException(
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…");
  }

  public Map<String, Entry> entries() {
    return entries;
  }

  public Path path() {
    return path;
  }

  /** The bytes of one tensor, mapped read-only and little-endian. */
  ByteBuffer map(Entry entry) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return file.map(MapMode.READ_ONLY, entry.begin(), entry.end() - entry.begin())
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Takes the bytes of a tensor, piece by piece. */
  interface Consumer {

    /**
     * @param offset of the piece in the tensor
     * @param length of the piece, from the start of the buffer
     */
    void accept(long offset, int length);
  }

  /**
   * Reads a tensor's bytes through a buffer, so that no more than that is in memory.
   *
   * @param buffer filled anew for each piece
   */
  void read(Entry entry, ByteBuffer buffer, Consumer consumer) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long position = entry.begin();
      while (position < entry.end()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), entry.end() - position));
        readFully(file, buffer, position);
        consumer.accept(position - entry.begin(), buffer.limit());
        position += buffer.limit();
      }
    }
  }
}
