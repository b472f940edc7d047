package io.cropvqa.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.weights.WeightReader.Order;
import io.cropvqa.tensor.NumberType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A checkpoint's weights by name, put on a device as they are asked for.
 *
 * <p>All are float32 but those of linear layers, which may be asked for in 16 bits. A float32
 * tensor is used where it lies in the mapped file, without a copy, so it must never be written to;
 * on the CPU others of linear layers become column-major as they are converted.
 */
public final class Weights implements WeightSource {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** A plain name: no separators, so that an index can't reach outside its directory. */
  private static final Pattern SHARD = Pattern.compile("[\\w.-]+\\.safetensors");

  private record Source(SafetensorsFile file, SafetensorsFile.Entry entry) {}

  private final String checkpoint;
  private final Map<String, Source> sources;
  private final WeightReader reader;
  private final NumberType matrixType;
  private final LoadProgress progress;
  private final Set<String> used = new LinkedHashSet<>();
  private long bytes;

  private Weights(
      String checkpoint, NDManager root, Map<String, Source> sources, NumberType matrixType) {
    this.checkpoint = checkpoint;
    this.sources = sources;
    this.reader = new WeightReader(root);
    this.matrixType = matrixType;
    this.progress =
        new LoadProgress(
            checkpoint,
            sources.values().stream()
                .mapToLong(source -> source.entry().end() - source.entry().begin())
                .sum());
  }

  /**
   * Opens {@code model.safetensors}, or the shards that its index lists.
   *
   * @param rename from a name in the file to the name asked for, for checkpoints saved by older
   *     versions
   * @param root owns every array handed out
   * @throws IllegalArgumentException if there is no safetensors file, or a broken one
   */
  public static Weights open(Path directory, UnaryOperator<String> rename, NDManager root) {
    return open(directory, rename, root, NumberType.FLOAT32);
  }

  /**
   * Like {@link #open(Path, UnaryOperator, NDManager)}.
   *
   * @param matrixType how weights of linear layers are held
   */
  public static Weights open(
      Path directory, UnaryOperator<String> rename, NDManager root, NumberType matrixType) {
    try {
      return open(directory.getFileName().toString(), files(directory), rename, root, matrixType);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the weights in " + directory, e);
    }
  }

  /** Opens one safetensors file that is no checkpoint. */
  public static Weights openFile(Path file, NDManager root) {
    try {
      return open(
          file.getFileName().toString(),
          List.of(file),
          UnaryOperator.identity(),
          root,
          NumberType.FLOAT32);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  private static Weights open(
      String name,
      List<Path> files,
      UnaryOperator<String> rename,
      NDManager root,
      NumberType matrixType)
      throws IOException {
    Map<String, Source> sources = new LinkedHashMap<>();
    for (Path path : files) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (Map.Entry<String, SafetensorsFile.Entry> entry : file.entries().entrySet()) {
        String weight = rename.apply(entry.getKey());
        if (sources.put(weight, new Source(file, entry.getValue())) != null) {
          throw new IllegalArgumentException("%s holds weight %s twice".formatted(name, weight));
        }
      }
    }
    return new Weights(name, root, sources, matrixType);
  }

  /** The safetensors files of a checkpoint, in a fixed order. */
  static List<Path> files(Path directory) throws IOException {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      // Links are followed: the hub's own cache is made of them.
      return List.of(single);
    }
    Path index = directory.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new IllegalArgumentException(
          "%s holds neither %s nor %s; pickled weights (.bin, .pt) are refused: save the model as safetensors"
              .formatted(directory, SINGLE, INDEX));
    }
    Set<String> names = new TreeSet<>();
    weightMap(index).forEach(name -> names.add(name.asText()));
    List<Path> shards = new ArrayList<>();
    for (String name : names) {
      if (!SHARD.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "%s names \"%s\": a shard must be a .safetensors file beside it"
                .formatted(INDEX, name));
      }
      Path shard = directory.resolve(name);
      if (!Files.isRegularFile(shard)) {
        throw new IllegalArgumentException(
            "%s names %s, and %s lacks it".formatted(INDEX, name, directory));
      }
      shards.add(shard);
    }
    return shards;
  }

  private static JsonNode weightMap(Path index) throws IOException {
    try {
      JsonNode map = new ObjectMapper().readTree(TextFile.read(index)).path("weight_map");
      if (!map.isObject() || map.isEmpty()) {
        throw new IllegalArgumentException(INDEX + " has no weight_map: which shard holds what?");
      }
      return map;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(INDEX + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * One weight.
   *
   * @throws IllegalArgumentException if it is missing or has another shape
   */
  @Override
  public NDArray get(String name, long... shape) {
    return find(name, shape).orElseThrow(() -> missing(name));
  }

  @Override
  public NDArray matrix(String name, long... shape) {
    return find(name, matrixType, Order.ROW_MAJOR, shape).orElseThrow(() -> missing(name));
  }

  @Override
  public NDArray linear(String name, long out, long in) {
    return find(name, matrixType, Order.COLUMN_MAJOR, out, in).orElseThrow(() -> missing(name));
  }

  private IllegalArgumentException missing(String name) {
    return new IllegalArgumentException("%s has no weight %s".formatted(checkpoint, name));
  }

  /** One weight that a checkpoint may lack. */
  public Optional<NDArray> find(String name, long... shape) {
    return find(name, NumberType.FLOAT32, Order.ROW_MAJOR, shape);
  }

  private Optional<NDArray> find(String name, NumberType type, Order order, long... shape) {
    Source source = sources.get(name);
    if (source == null) {
      return Optional.empty();
    }
    if (!Arrays.equals(source.entry().shape(), shape)) {
      throw new IllegalArgumentException(
          "weight %s has shape %s, config.json asks for %s"
              .formatted(name, Arrays.toString(source.entry().shape()), Arrays.toString(shape)));
    }
    used.add(name);
    NDArray array = load(name, source, type, order);
    bytes += array.size() * type.bytes();
    return Optional.of(array);
  }

  /** All weights with their shapes, in the order of the files. */
  public Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    sources.forEach((name, source) -> shapes.put(name, source.entry().shape()));
    return shapes;
  }

  /** Marks a weight as known though nothing computes with it. */
  public void ignore(String name) {
    used.add(name);
  }

  /** Marks all weights as known whose names begin so. */
  public void ignoreAll(String prefix) {
    sources.keySet().stream().filter(name -> name.startsWith(prefix)).forEach(used::add);
  }

  /**
   * @throws IllegalArgumentException naming weights that nobody asked for: the config is not this
   *     checkpoint's
   */
  public void requireAllUsed() {
    Set<String> surplus = new TreeSet<>(sources.keySet());
    surplus.removeAll(used);
    if (!surplus.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds %d weights that its config.json has no place for, first %s"
              .formatted(checkpoint, surplus.size(), surplus.iterator().next()));
    }
  }

  /** Bytes of all arrays handed out so far. */
  public long bytes() {
    return bytes;
  }

  private NDArray load(String name, Source source, NumberType type, Order order) {
    try {
      NDArray array = reader.read(name, source.file(), source.entry(), type, order);
      progress.add(source.entry().end() - source.entry().begin());
      return array;
    } catch (IOException e) {
      throw new UncheckedIOException("can't read weight " + name, e);
    }
  }
}
