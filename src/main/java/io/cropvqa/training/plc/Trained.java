package io.cropvqa.training.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.LocalizerFolder;
import io.cropvqa.model.plc.PlcFolder;
import io.cropvqa.model.weights.SafetensorsWriter;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.tensor.Torch;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The model that learns: the frozen one with a compression beside it, or, jointly, one of its own
 * whose decoder layers and last norm are parameters too. The word embeddings stay as they are:
 * projector and localizers live in their space.
 */
final class Trained implements AutoCloseable {
  /** What the compression's parameters begin with; the others are the decoder's. */
  static final String PLC = "plc.";

  private static final String WEIGHTS = "model.safetensors";
  private static final String CARD = "crop.json";

  private final FrozenModel frozen;
  private final VisionLanguageModel model;
  private final Parameters parameters;

  private Trained(FrozenModel frozen, VisionLanguageModel model, Parameters parameters) {
    this.frozen = frozen;
    this.model = model;
    this.parameters = parameters;
  }

  /**
   * @param joint whether the decoder's weights become parameters
   */
  static Trained open(FrozenModel frozen, boolean joint, Parameters parameters) {
    if (!joint) {
      return new Trained(frozen, frozen.model(), parameters);
    }
    UnaryOperator<WeightSource> decoder =
        stored ->
            (name, shape) ->
                isEmbedding(name)
                    ? stored.get(name, shape)
                    : learnt(name, stored, parameters, shape);
    try (NDManager scope = frozen.model().newScope()) {
      NDManager root = Torch.open(scope.getDevice());
      return new Trained(frozen, Checkpoints.open(frozen.directory(), root, decoder), parameters);
    }
  }

  private static boolean isEmbedding(String name) {
    return name.endsWith("embed_tokens.weight") || name.endsWith("lm_head.weight");
  }

  /** Asks the file too, so that it knows that the weight is used. */
  private static NDArray learnt(
      String name, WeightSource stored, Parameters parameters, long... shape) {
    stored.get(name, shape);
    return parameters.create(name, shape);
  }

  /**
   * What parameters begin as: the compression's as drawn, the decoder's as in the model's files.
   *
   * @param memory owns what reading makes
   */
  static Parameters.Values first(FrozenModel frozen, Parameters.Values drawn, NDManager memory) {
    Weights stored = Checkpoints.weights(frozen.directory(), memory);
    return (name, shape) ->
        name.startsWith(PLC)
            ? drawn.of(name.substring(PLC.length()), shape)
            : stored.get(name, shape).toFloatArray();
  }

  VisionLanguageModel model() {
    return model;
  }

  /**
   * Writes {@code plc/}, and, where the decoder learned too, before it all else that makes a
   * checkpoint.
   *
   * @param out not the model's own directory if the decoder learned
   */
  void write(Path out, PlcConfig config) throws IOException {
    if (model != frozen.model()) {
      copyFiles(out);
      writeWeights(out);
    }
    Map<String, NDArray> plc = new LinkedHashMap<>();
    parameters
        .all()
        .forEach(
            (name, array) -> {
              if (name.startsWith(PLC)) {
                plc.put(name.substring(PLC.length()), array);
              }
            });
    PlcFolder.write(out, config, plc);
  }

  /** Everything but weights and what was trained before for other weights. */
  private void copyFiles(Path out) throws IOException {
    Path from = frozen.directory();
    for (Path file : filesOf(from)) {
      String name = file.getFileName().toString();
      if (!name.endsWith(".safetensors") && !name.endsWith(".safetensors.index.json")) {
        copy(file, out);
      }
    }
    Path localizer = from.resolve(LocalizerFolder.NAME);
    if (Files.isDirectory(localizer)) {
      for (Path file : filesOf(localizer)) {
        copy(file, out.resolve(LocalizerFolder.NAME));
      }
    }
    forgetAccuracy(out.resolve(CARD));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  /** What was measured is another model's. */
  private static void forgetAccuracy(Path card) throws IOException {
    if (Files.exists(card)) {
      ObjectMapper mapper = new ObjectMapper();
      if (mapper.readTree(card.toFile()) instanceof ObjectNode json) {
        json.remove("exactMatch");
        mapper.writerWithDefaultPrettyPrinter().writeValue(card.toFile(), json);
      }
    }
  }

  private void writeWeights(Path out) throws IOException {
    try (NDManager scope = model.newScope()) {
      Weights stored = Checkpoints.weights(frozen.directory(), scope);
      Map<String, NDArray> all = new LinkedHashMap<>();
      stored
          .shapes()
          .forEach(
              (name, shape) -> {
                NDArray learned = parameters.all().get(name);
                all.put(name, learned == null ? stored.get(name, shape) : learned);
              });
      SafetensorsWriter.write(out.resolve(WEIGHTS), all);
    }
  }

  @Override
  public void close() {
    if (model != frozen.model()) {
      model.close();
    }
  }
}
