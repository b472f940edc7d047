package io.cropvqa.model.weights;

import io.cropvqa.hostile.HostileCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Weights files and indexes that are not what they say. */
public final class HostileWeights {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String GOOD =
      "\"good\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";

  private final Path folder;
  private final List<HostileCase> cases = new ArrayList<>();

  private HostileWeights(Path folder) {
    this.folder = folder;
  }

  /** All of them; their files go into a folder. */
  public static List<HostileCase> all(Path folder) throws IOException {
    HostileWeights weights = new HostileWeights(Files.createDirectories(folder.resolve("weights")));
    weights.lengths();
    weights.headers();
    weights.entries();
    weights.layouts();
    weights.indexes();
    return weights.cases;
  }

  private void header(String name, String expected, String header) {
    file(name, expected, bytes(header.getBytes(StandardCharsets.UTF_8), new byte[16]));
  }

  private void file(String name, String expected, byte[] file) {
    Path path = folder.resolve("f" + cases.size() + ".safetensors");
    cases.add(
        new HostileCase(
            "safetensors: " + name,
            expected,
            () -> {
              Files.write(path, file);
              return SafetensorsFile.open(path);
            }));
  }

  private static byte[] bytes(byte[] header, byte[] data) {
    return bytes(header.length, header, data);
  }

  private static byte[] bytes(long stated, byte[] header, byte[] data) {
    return java.nio.ByteBuffer.allocate(8 + header.length + data.length)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putLong(stated)
        .put(header)
        .put(data)
        .array();
  }

  private void lengths() {
    file("no byte", "shorter than the 8 bytes", new byte[0]);
    file("seven bytes", "shorter than the 8 bytes", new byte[7]);
    for (long stated :
        new long[] {0, 1, 19, 1L << 31, 1L << 32, 1L << 62, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      file(
          "a header of " + stated + " bytes",
          "states a header of " + stated,
          bytes(stated, "{}".getBytes(StandardCharsets.UTF_8), new byte[16]));
    }
    file(
        "a header of 17 MiB",
        "more than 16777216",
        bytes(("{" + " ".repeat(17 << 20) + "}").getBytes(StandardCharsets.UTF_8), new byte[0]));
    cases.add(
        new HostileCase(
            "safetensors: a folder", "no regular file", () -> SafetensorsFile.open(folder)));
    cases.add(
        new HostileCase(
            "safetensors: a device",
            "no regular file",
            () -> SafetensorsFile.open(Path.of("/dev/zero"))));
  }

  private void headers() {
    for (String header :
        List.of(
            "nonsense", "{\"a\":", "{\"a\" 5}", "{} {}", "{}x", "{\"a\":NaN}", "\u0080\u0081")) {
      header(header, "header that is not JSON", header);
    }
    for (String header : List.of("[]", "12", "null", "\"{}\"", "   ")) {
      header(header, "not a JSON object", header);
    }
    header("nested without end", "not JSON", "{\"a\":" + "[".repeat(200_000));
    header("nested 2,000 deep", "not JSON", "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}");
    header("one name twice", "not JSON", "{" + GOOD + "," + GOOD + "}");
    header("a name of 60,000", "not JSON", "{\"" + "n".repeat(60_000) + "\":1}");
    header("three million zeros", "not JSON", "{\"a\":[" + "0,".repeat(3_000_000) + "0]}");
    header("metadata alone", HostileCase.ACCEPTED, "{\"__metadata__\":{\"a\":\"b\"}}");
  }

  private void entries() {
    for (String entry : List.of("5", "null", "[]", "{}", "\"F32\"", "{\"dtype\":\"F32\"}")) {
      header("an entry " + entry, "odd: ", "{" + GOOD + ",\"odd\":" + entry + "}");
    }
    entry("F8_E4M3", "[16]", "[0,16]", "is not supported");
    entry("f32", "[4]", "[0,16]", "is not supported");
    entry("PICKLE", "[4]", "[0,16]", "is not supported");
    entry("x".repeat(1_000_000), "[4]", "[0,16]", "odd: dtype");
    for (String size :
        List.of(
            "-4", "4.5", "4e0", "\"4\"", "null", "true", "[4]", "1e99", "9223372036854775808")) {
      entry("F32", "[" + size + "]", "[0,16]", "is not a size");
      entry("F32", "[4]", "[0," + size + "]", "is not a size");
    }
    entry("F32", "[4611686018427387904,4]", "[0,16]", "more elements than a file can hold");
    entry("F64", "[2305843009213693952]", "[0,0]", "more elements than a file can hold");
    entry("F32", "[4294967296,4294967296]", "[0,0]", "more elements than a file can hold");
    entry("U8", "[" + "1,".repeat(100) + "1]", "[0,1]", "dimensions are more than");
    entry("F32", "4", "[0,16]", "must be arrays");
    entry("F32", "{}", "[0,16]", "must be arrays");
    entry("F32", "[4]", "16", "must be arrays");
    entry("F32", "[4]", "[]", "lie outside the file");
    entry("F32", "[4]", "[16]", "lie outside the file");
    entry("F32", "[4]", "[0,8,16]", "lie outside the file");
    entry("F32", "[4]", "[16,0]", "lie outside the file");
    entry("F32", "[4]", "[4,20]", "lie outside the file");
    entry("F32", "[4]", "[9223372036854775792,9223372036854775807]", "lie outside the file");
    entry("F32", "[4]", "[0,12]", "can't be a F32");
    entry("F16", "[4]", "[0,16]", "can't be a F16");
    entry("F32", "[]", "[0,16]", "can't be a F32");
    entry("F32", "[0,9223372036854775807]", "[0,16]", "can't be a F32");
  }

  private void entry(String dtype, String shape, String offsets, String expected) {
    String name = "%s %s at %s".formatted(dtype, shape, offsets);
    header(
        name.length() > 80 ? name.substring(0, 80) : name,
        expected,
        "{%s,\"odd\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(GOOD, dtype, shape, offsets));
  }

  private void layouts() {
    header(
        "tensors that overlap",
        "a and b overlap",
        "{%s,%s}"
            .formatted(
                Safetensors.entry("a", "U8", "[8]", 0, 8),
                Safetensors.entry("b", "U8", "[8]", 4, 12)));
    header(
        "one tensor inside another",
        "a and b overlap",
        "{%s,%s}"
            .formatted(
                Safetensors.entry("a", "U8", "[16]", 0, 16),
                Safetensors.entry("b", "U8", "[1]", 4, 5)));
    header(
        "two tensors in one place",
        "overlap",
        "{%s,%s}"
            .formatted(
                Safetensors.entry("a", "U8", "[16]", 0, 16),
                Safetensors.entry("b", "U8", "[16]", 0, 16)));
  }

  private void indexes() throws IOException {
    for (String shard :
        List.of(
            "../secret.safetensors",
            "/etc/passwd",
            "a/b.safetensors",
            "..",
            "",
            "model.bin",
            "a\\u0000.safetensors",
            "C:\\\\a.safetensors",
            "~/a.safetensors",
            "a.safetensors\\n",
            "http://h/a.safetensors")) {
      index("{\"weight_map\":{\"a\":\"" + shard + "\"}}", "must be a .safetensors file beside it");
    }
    index("{\"weight_map\":{\"a\":5}}", "must be a .safetensors file beside it");
    index("{\"weight_map\":{\"a\":null}}", "must be a .safetensors file beside it");
    index("{\"weight_map\":{\"a\":\"gone.safetensors\"}}", "lacks it");
    for (String index : List.of("{}", "[]", "5", "{\"weight_map\":[]}", "{\"weight_map\":{}}")) {
      index(index, "has no weight_map");
    }
    index("", "has no weight_map");
    index("{", "is not JSON");
    index("{\"weight_map\":" + "[".repeat(100_000), "is not JSON");
  }

  private void index(String json, String expected) throws IOException {
    Path directory = Files.createDirectories(folder.resolve("index" + cases.size()));
    Files.writeString(directory.resolve(INDEX), json);
    cases.add(
        new HostileCase(
            "index: " + (json.length() > 80 ? json.substring(0, 80) : json),
            expected,
            () -> Weights.files(directory)));
  }
}
