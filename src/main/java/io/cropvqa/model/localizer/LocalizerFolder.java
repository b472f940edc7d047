package io.cropvqa.model.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.model.weights.SafetensorsWriter;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.model.weights.WholeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The {@code localizer/} folder inside a model's directory: {@code config.json} and {@code
 * model.safetensors}.
 */
public final class LocalizerFolder {
  /** Its name. */
  public static final String NAME = "localizer";

  private LocalizerFolder() {}

  /**
   * Reads the localizer of a model.
   *
   * @param model the model's directory
   * @param visualSize D of the model
   * @param root owns the weights
   * @throws IllegalArgumentException if there is none or it doesn't fit the model; the message
   *     names the file, key or weight
   */
  public static LocalizerNetwork open(Path model, int visualSize, NDManager root) {
    Path folder = model.resolve(NAME);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s holds no %s/: train one with train --localizer, or set crop.localizer.kind"
              .formatted(model, NAME));
    }
    try {
      LocalizerConfig config = LocalizerConfig.read(folder);
      if (config.visualSize() != visualSize) {
        throw new IllegalArgumentException(
            "config.json: visual_size = %d, the model's hidden_size is %d: it was trained for another model"
                .formatted(config.visualSize(), visualSize));
      }
      Weights weights = Weights.open(folder, UnaryOperator.identity(), root);
      LocalizerNetwork network = new LocalizerNetwork(config, weights);
      weights.requireAllUsed();
      return network;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Digest of the localizer of a model, by config and weights. */
  public static String revision(Path model) {
    return ModelRevision.of(model.resolve(NAME));
  }

  /**
   * Writes a localizer into a directory, in place of the one that may be there. It is there whole
   * or not at all.
   *
   * @param model made if there is none
   * @param weights by name
   */
  public static void write(Path model, LocalizerConfig config, Map<String, NDArray> weights)
      throws IOException {
    WholeFolder.replace(
        model.resolve(NAME),
        folder -> {
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValue(folder.resolve("config.json").toFile(), config);
          SafetensorsWriter.write(folder.resolve("model.safetensors"), weights);
        });
  }
}
