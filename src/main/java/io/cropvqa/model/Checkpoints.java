package io.cropvqa.model;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.llava.LlavaModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Opens a checkpoint with the family that its {@code config.json} names. */
public final class Checkpoints {
  private static final Map<String, BiFunction<Path, NDManager, VisionLanguageModel>> FAMILIES =
      Map.of("llava", LlavaModel::new);

  private Checkpoints() {}

  /**
   * @param directory a model in Hugging Face layout
   * @param root taken over: owns the weights, closed with the model, or here if it can't be opened
   * @throws IllegalArgumentException if it can't be; the message names the file, key or weight at
   *     fault
   */
  public static VisionLanguageModel open(Path directory, NDManager root) {
    try {
      requireDirectory(directory);
      String type = ConfigJson.read(directory).text("model_type", "");
      if (!FAMILIES.containsKey(type)) {
        throw new IllegalArgumentException(
            "config.json: model_type = \"%s\" is not supported, only %s"
                .formatted(type, new TreeSet<>(FAMILIES.keySet())));
      }
      return FAMILIES.get(type).apply(directory, root);
    } catch (RuntimeException | Error e) { // native code may fail with any error
      root.close();
      throw e;
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such directory
   */
  public static void requireDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          directory + " is no directory: crop.model must be one in Hugging Face layout");
    }
  }
}
