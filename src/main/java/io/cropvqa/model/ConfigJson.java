package io.cropvqa.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.weights.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A checkpoint's {@code config.json}, read key by key. A key that is absent has the default of the
 * reference implementation, given by the caller; a key of a wrong type is an error that names it.
 */
public final class ConfigJson {
  private final String path;
  private final JsonNode node;

  private ConfigJson(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  /**
   * @throws IllegalArgumentException if the directory holds no readable {@code config.json}
   */
  public static ConfigJson read(Path directory) {
    Path file = directory.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          directory + " holds no config.json: it must be a model in Hugging Face layout");
    }
    try {
      return new ConfigJson("config.json", new ObjectMapper().readTree(TextFile.read(file)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  /**
   * Reads what is laid out like parts of a {@code config.json} and lies elsewhere.
   *
   * @param path what messages call it
   */
  public static ConfigJson read(String path, InputStream json) throws IOException {
    return new ConfigJson(path, new ObjectMapper().readTree(json));
  }

  /** All keys, in their order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** The object under a key; an absent one has nothing but absent keys. */
  public ConfigJson child(String key) {
    JsonNode child = has(key) ? require(key, node.get(key).isObject(), "an object") : node.path("");
    return new ConfigJson(path + " " + key, child);
  }

  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** Whether a key is there with the value null, which may mean another thing than its absence. */
  public boolean isNull(String key) {
    return node.path(key).isNull();
  }

  public int integer(String key, int absent) {
    return has(key) ? require(key, isInteger(node.get(key)), "an integer").intValue() : absent;
  }

  private static boolean isInteger(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  /** Like {@link #integer}, for a size or a count: at least 1. */
  public int size(String key, int absent) {
    int size = integer(key, absent);
    if (size < 1) {
      throw new IllegalArgumentException("%s: %s = %d must be positive".formatted(path, key, size));
    }
    return size;
  }

  /** Like {@link #integer}, for a list of them. */
  public List<Integer> integers(String key, List<Integer> absent) {
    if (!has(key)) {
      return absent;
    }
    boolean integers = stream(node.get(key)).allMatch(ConfigJson::isInteger);
    JsonNode list = require(key, node.get(key).isArray() && integers, "a list of integers");
    return stream(list).map(JsonNode::intValue).toList();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  public double number(String key, double absent) {
    return has(key) ? require(key, node.get(key).isNumber(), "a number").doubleValue() : absent;
  }

  /** Like {@link #number(String, double)}, for a key that must be there. */
  public double number(String key) {
    if (!has(key)) {
      throw new IllegalArgumentException("%s lacks %s".formatted(path, key));
    }
    return number(key, 0);
  }

  /** Refuses any other value of a key than the one that is implemented, which is its default. */
  public void require(String key, double supported) {
    if (number(key, supported) != supported) {
      throw new IllegalArgumentException(
          "%s: %s = %s is not supported, only %s".formatted(path, key, node.get(key), supported));
    }
  }

  public boolean flag(String key, boolean absent) {
    return has(key)
        ? require(key, node.get(key).isBoolean(), "true or false").booleanValue()
        : absent;
  }

  /** Pairs of sizes. */
  public List<List<Integer>> pairs(String key, List<List<Integer>> absent) {
    if (!has(key)) {
      return absent;
    }
    List<List<Integer>> pairs = new ArrayList<>();
    for (JsonNode pair : node.get(key)) {
      boolean fits = pair.size() == 2 && pair.get(0).asInt() > 0 && pair.get(1).asInt() > 0;
      require(key, fits, "pairs of sizes");
      pairs.add(List.of(pair.get(0).asInt(), pair.get(1).asInt()));
    }
    require(key, !pairs.isEmpty(), "pairs of sizes");
    return pairs;
  }

  public String text(String key, String absent) {
    return has(key) ? require(key, node.get(key).isTextual(), "a string").textValue() : absent;
  }

  /** Like {@link #text}, for a key whose value must be one that is implemented. */
  public String choice(String key, String absent, Set<String> supported) {
    String value = text(key, absent);
    if (!supported.contains(value)) {
      throw new IllegalArgumentException(
          "%s: %s = \"%s\" is not supported, only %s"
              .formatted(path, key, value, new TreeSet<>(supported)));
    }
    return value;
  }

  private JsonNode require(String key, boolean fits, String wanted) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: %s = %s must be %s".formatted(path, key, node.get(key), wanted));
    }
    return node.get(key);
  }
}
