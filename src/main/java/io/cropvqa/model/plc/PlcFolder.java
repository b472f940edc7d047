package io.cropvqa.model.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.weights.SafetensorsWriter;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.model.weights.WholeFolder;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code plc/} folder inside a model's directory: {@code config.json} and {@code
 * plc.safetensors}.
 */
public final class PlcFolder {
  /** Its name. */
  public static final String NAME = "plc";

  private static final String WEIGHTS = "plc.safetensors";
  private static final String TYPE = "crop-plc";

  /**
   * @param bytes of weights on the device
   */
  public record Opened(PlcNetwork network, long bytes) {}

  private PlcFolder() {}

  /**
   * Reads the trained compression of a model, if there is one.
   *
   * @param model the model's directory
   * @param visualSize D of the model
   * @param root owns the weights
   * @throws IllegalArgumentException if there is one that can't be read or doesn't fit the model;
   *     the message names the file, key or weight
   */
  public static Optional<Opened> open(Path model, int visualSize, NDManager root) {
    Path folder = model.resolve(NAME);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      PlcConfig config = config(ConfigJson.read(folder));
      if (config.visualSize() != visualSize) {
        throw new IllegalArgumentException(
            "config.json: visual_size = %d, the model's hidden_size is %d: it was trained for another model"
                .formatted(config.visualSize(), visualSize));
      }
      Path file = folder.resolve(WEIGHTS);
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException("there is no " + WEIGHTS);
      }
      Weights weights = Weights.openFile(file, root);
      PlcNetwork network = PlcWeightNames.network(config, weights::get);
      weights.requireAllUsed();
      return Optional.of(new Opened(network, weights.bytes()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static PlcConfig config(ConfigJson json) {
    json.choice("model_type", "", Set.of(TYPE));
    PlcConfig absent = PlcConfig.of(json.size("visual_size", 0));
    return new PlcConfig(
        absent.visualSize(),
        json.size("hidden_size", absent.hiddenSize()),
        json.size("num_attention_heads", absent.numAttentionHeads()),
        json.number("anchors", absent.anchors()));
  }

  /**
   * Writes a trained compression into a directory, in place of the one that may be there. It is
   * there whole or not at all.
   *
   * @param model made if there is none
   * @param weights by name
   */
  public static void write(Path model, PlcConfig config, Map<String, NDArray> weights)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json =
        mapper
            .createObjectNode()
            .put("model_type", TYPE)
            .put("visual_size", config.visualSize())
            .put("hidden_size", config.hiddenSize())
            .put("num_attention_heads", config.numAttentionHeads())
            .put("anchors", config.anchors());
    WholeFolder.replace(
        model.resolve(NAME),
        folder -> {
          mapper
              .writerWithDefaultPrettyPrinter()
              .writeValue(folder.resolve("config.json").toFile(), json);
          SafetensorsWriter.write(folder.resolve(WEIGHTS), weights);
        });
  }
}
