package io.cropvqa.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.weights.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a checkpoint's maker says of it in the {@code crop.json} beside its weights; all of it
 * optional.
 *
 * @param name the model's name, its directory's if the file doesn't say
 * @param exactMatch share of questions it answers exactly on its own test set, in [0, 1]
 * @param localizer kind of localizer that it was trained for
 */
public record ModelCard(String name, Optional<Double> exactMatch, Optional<String> localizer) {
  private static final String FILE = "crop.json";

  /**
   * @throws IllegalArgumentException if there is a {@code crop.json} that can't be read
   */
  public static ModelCard read(Path model) {
    JsonNode json = json(model.resolve(FILE));
    JsonNode exactMatch = json.path("exactMatch");
    return new ModelCard(
        json.path("name").asText(model.toAbsolutePath().normalize().getFileName().toString()),
        exactMatch.isNumber() ? Optional.of(exactMatch.doubleValue()) : Optional.empty(),
        Optional.ofNullable(json.path("localizer").textValue()));
  }

  private static JsonNode json(Path file) {
    ObjectMapper mapper = new ObjectMapper();
    if (!Files.isRegularFile(file)) {
      return mapper.createObjectNode();
    }
    try {
      return mapper.readTree(TextFile.read(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + e.getMessage(), e);
    }
  }
}
