package io.cropvqa.config;

import java.nio.file.Path;
import java.util.List;

/** The small model inside the application. */
final class BundledModel {
  private static final String FOLDER = "models/crop-scenes-2m";
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "preprocessor_config.json",
          "processor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "crop.json",
          "localizer/config.json",
          "localizer/model.safetensors");
  private static final List<String> OPTIONAL = List.of("plc/config.json", "plc/plc.safetensors");

  private BundledModel() {}

  /** The model's directory below the cache, written on first use. */
  static Path unpack(Path cacheDirectory) {
    return new BundledFiles(FOLDER, FILES, OPTIONAL).unpack(cacheDirectory);
  }
}
