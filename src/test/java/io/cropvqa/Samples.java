package io.cropvqa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.pruning.PruningMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sample jobs of kafka/samples with their pictures. */
public final class Samples {
  /** The bundled model's checkpoint. */
  public static final Path MODEL = Path.of("src/main/resources/models/crop-scenes-2m");

  /** Folder of a {@code localizer.json} whose digits the bundled tokenizer has. */
  public static final Path REGION_ANSWER = Path.of("src/test/resources/localizer");

  private static final Path FOLDER = Path.of("kafka/samples");
  private static final ImageDecoder DECODER =
      new ImageDecoder(1_000_000, 100_000_000, RequestListener.NONE);

  /** One job: id, picture, question and the right answer. */
  public record Sample(
      String id, RgbImage image, String question, String expected, List<Integer> region) {}

  private Samples() {}

  /** All pruning methods: the bundled model has weights for those that need some. */
  public static List<String> methods() {
    return List.copyOf(PruningMethods.names());
  }

  public static List<Sample> all() {
    ObjectMapper json = new ObjectMapper();
    try {
      return Files.readAllLines(FOLDER.resolve("jobs.jsonl")).stream()
          .map(line -> sample(parse(json, line)))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parse(ObjectMapper json, String line) {
    try {
      return json.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }

  private static Sample sample(JsonNode job) {
    List<Integer> region = new ArrayList<>();
    job.path("expectedRegion").forEach(block -> region.add(block.asInt()));
    return new Sample(
        job.path("id").asText(),
        image(job.path("image").path("uri").asText()),
        job.path("question").asText(),
        job.path("expected").get(0).asText(),
        region);
  }

  private static RgbImage image(String name) {
    try {
      return DECODER.decode(Files.readAllBytes(FOLDER.resolve(name)));
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
