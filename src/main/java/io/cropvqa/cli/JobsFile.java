package io.cropvqa.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.messaging.QuestionPublisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Question events, one a line. An image may be named as a file beside this one; it is sent inside
 * the event, since a service elsewhere could not read it.
 */
final class JobsFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String source;

  /**
   * @param source who asks, a URI reference
   */
  JobsFile(Path file, String source) {
    this.file = file;
    this.source = source;
  }

  /**
   * Looks at every line, and says how many questions there are.
   *
   * @throws UnusableArgumentsException if one is no JSON object, or names a file that is not there;
   *     the message names the line
   */
  int check() {
    int[] count = {0};
    forEachEvent(
        (line, event) -> {
          images(event).forEach(image -> imageFile(line, image));
          count[0]++;
        });
    return count[0];
  }

  /** Reads one question after the other. */
  void forEach(Consumer<QuestionPublisher.Question> reader) {
    forEachEvent((line, event) -> reader.accept(question(line, event)));
  }

  private interface EventReader {
    void read(int line, ObjectNode event);
  }

  private void forEachEvent(EventReader reader) {
    int line = 0;
    try (Stream<String> lines = Files.lines(file)) {
      for (String text : (Iterable<String>) lines::iterator) {
        line++;
        if (!text.isBlank()) {
          reader.read(line, event(line, text));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new UnusableArgumentsException(
          "--jobs %s can't be read after line %d: it must be UTF-8 text".formatted(file, line));
    }
  }

  private ObjectNode event(int line, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode event) {
        return event;
      }
    } catch (JsonProcessingException e) {
      throw unusable(line, "is no JSON: " + e.getOriginalMessage());
    }
    throw unusable(line, "is no JSON object: give {\"image\": …, \"question\": …}");
  }

  /** What says where an image is, and what the event calls it. */
  private record Image(String name, ObjectNode object) {}

  /** {@code image}, or each of {@code images}. */
  private static List<Image> images(ObjectNode event) {
    List<Image> images = new ArrayList<>();
    if (event.path("image") instanceof ObjectNode image) {
      images.add(new Image("image", image));
    }
    for (JsonNode one : event.path("images")) {
      if (one instanceof ObjectNode image) {
        images.add(new Image("images[%d]".formatted(images.size()), image));
      }
    }
    return images;
  }

  /** The file that an image is in, or {@code null} for one that the service has to fetch. */
  private Path imageFile(int line, Image image) {
    JsonNode uri = image.object().path("uri");
    if (!uri.isTextual() || uri.textValue().matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      return null;
    }
    Path found = file.toAbsolutePath().resolveSibling(uri.textValue());
    if (!Files.isRegularFile(found)) {
      throw unusable(
          line, "%s.uri %s is no file beside it".formatted(image.name(), uri.textValue()));
    }
    return found;
  }

  private QuestionPublisher.Question question(int line, ObjectNode event) {
    String id = event.path("id").asText(file.getFileName() + "-" + line);
    event.put("id", id);
    List<Image> images = images(event);
    String key = images.isEmpty() ? id : images.get(0).object().path("uri").asText(id);
    images.forEach(image -> takeAlong(line, image));
    try {
      String trace = UUID.randomUUID().toString().replace("-", "");
      return new QuestionPublisher.Question(
          key,
          id,
          source,
          "00-%s-%s-01".formatted(trace, trace.substring(16)),
          JSON.writeValueAsBytes(event));
    } catch (JsonProcessingException e) {
      throw unusable(line, "can't be written: " + e.getOriginalMessage());
    }
  }

  /** Puts an image that is a file into the event. */
  private void takeAlong(int line, Image image) {
    Path found = imageFile(line, image);
    if (found == null) {
      return;
    }
    try {
      image.object().removeAll();
      image.object().put("data", Base64.getEncoder().encodeToString(Files.readAllBytes(found)));
    } catch (IOException e) {
      throw unusable(line, "image %s can't be read".formatted(found));
    }
  }

  private UnusableArgumentsException unusable(int line, String why) {
    return new UnusableArgumentsException("--jobs %s: line %d %s".formatted(file, line, why));
  }
}
