package io.cropvqa.model.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Where golden data lies, and how its JSON and pictures are read. */
public final class Golden {
  private static final Path ROOT = Path.of("src", "test", "resources", "golden");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** A file or folder, by its path below golden/. */
  public static Path path(String first, String... more) {
    return ROOT.resolve(Path.of(first, more));
  }

  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A picture of golden/images as Pillow decodes it, by its name without {@code .png}. */
  public static RgbImage picture(String name) {
    GoldenTensors.Tensor rgb =
        GoldenTensors.read(path("images", "golden.safetensors")).get("rgb." + name);
    return new RgbImage(rgb.shape().get(1), rgb.shape().get(0), rgb.bytes(), name);
  }
}
