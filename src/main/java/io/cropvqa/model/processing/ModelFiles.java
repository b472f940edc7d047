package io.cropvqa.model.processing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.weights.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The text files of a checkpoint's directory. */
record ModelFiles(Path directory) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException if the file is there but holds no JSON object
   */
  Optional<JsonNode> json(String name) {
    return text(name).map(text -> parse(name, text));
  }

  Optional<String> text(String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(TextFile.read(file));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  private JsonNode parse(String name, String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not JSON: %s".formatted(directory.resolve(name), e.getOriginalMessage()), e);
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException(directory.resolve(name) + " holds no JSON object");
    }
    return json;
  }
}
