package io.cropvqa.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.model.weights.SafetensorsWriter;
import io.cropvqa.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A training in the middle, in a folder of its own: {@code checkpoint.json} with step, time and
 * settings, and the safetensors file that it names, with parameters and optimizer state. The JSON
 * file is replaced last and at once, so an interrupted write leaves the older checkpoint.
 *
 * @param step done
 * @param time trained so far
 * @param settings what must be the same to go on, by the name that users know it by
 * @param file holds the arrays
 */
public record TrainingCheckpoint(int step, Duration time, Map<String, String> settings, Path file) {
  private static final String JSON_FILE = "checkpoint.json";
  private static final String WEIGHT = "weight.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes a checkpoint, in place of older ones. */
  static void write(
      Path folder,
      int step,
      Duration time,
      Map<String, String> settings,
      Parameters parameters,
      AdamW optimizer)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.all().forEach((name, array) -> arrays.put(WEIGHT + name, array));
    arrays.putAll(optimizer.state());
    Path file = folder.resolve("step-%d.safetensors".formatted(step));
    SafetensorsWriter.write(file, arrays);
    ObjectNode json =
        JSON.createObjectNode()
            .put("step", step)
            .put("milliseconds", time.toMillis())
            .put("file", file.getFileName().toString());
    json.set("settings", JSON.valueToTree(settings));
    Path part = folder.resolve(JSON_FILE + ".part");
    JSON.writeValue(part.toFile(), json);
    Files.move(
        part,
        folder.resolve(JSON_FILE),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    for (Path other : arrayFiles(folder)) {
      if (!other.equals(file)) {
        Files.delete(other);
      }
    }
  }

  private static List<Path> arrayFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
  }

  /**
   * The checkpoint in a folder, if there is one.
   *
   * @throws IllegalArgumentException if there is one that can't be read
   */
  public static Optional<TrainingCheckpoint> read(Path folder) {
    Path file = folder.resolve(JSON_FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      return Optional.of(
          new TrainingCheckpoint(
              json.required("step").intValue(),
              Duration.ofMillis(json.required("milliseconds").longValue()),
              JSON.convertValue(json.required("settings"), new TypeReference<>() {}),
              folder.resolve(json.required("file").textValue())));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Removes a folder with its checkpoint: the training is done. */
  public static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.deleteIfExists(folder.resolve(JSON_FILE));
      for (Path file : arrayFiles(folder)) {
        Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  /**
   * @throws IllegalArgumentException naming the first setting that is another now
   */
  public void requireSame(Map<String, String> now) {
    for (Map.Entry<String, String> setting : now.entrySet()) {
      String before = settings.get(setting.getKey());
      if (!setting.getValue().equals(before)) {
        throw new IllegalArgumentException(
            "%s was %s when the checkpoint was made and is %s now: give the same, or train anew without --resume"
                .formatted(setting.getKey(), before, setting.getValue()));
      }
    }
  }

  /** The parameters it holds; {@code memory} owns what reading makes. */
  public Parameters.Values weights(NDManager memory) {
    Weights weights = Weights.openFile(file, memory);
    return (name, shape) -> weights.get(WEIGHT + name, shape).toFloatArray();
  }

  /** The optimizer state it holds; {@code memory} owns what reading makes. */
  public Parameters.Values optimizer(NDManager memory) {
    Weights weights = Weights.openFile(file, memory);
    return (name, shape) -> weights.get(name, shape).toFloatArray();
  }
}
