package io.cropvqa.model.llava;

import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.ModelFamily;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.ProcessedImage;
import java.nio.file.Path;
import java.util.List;

/** {@code LlavaForConditionalGeneration}. */
public final class LlavaFamily implements ModelFamily {

  @Override
  public Architecture read(Path directory) {
    LlavaConfig config = LlavaConfig.read(ConfigJson.read(directory), "llava");
    ImageProcessor imageProcessor = ImageProcessor.load(directory);
    requirePicturesOfTheTowersSize(imageProcessor, config.vision().imageSize());
    return new Architecture(
        config.text(),
        LlavaWeightNames.DECODER,
        LlavaWeightNames.HEAD,
        weights -> new LlavaVision(config, imageProcessor, new LlavaTower(config, weights)),
        config::imageTokenIndex);
  }

  @Override
  public String canonicalName(String stored) {
    return LlavaWeightNames.canonical(stored);
  }

  /** Whatever a picture's shape, the processor must make it as large as the tower takes it. */
  private static void requirePicturesOfTheTowersSize(ImageProcessor processor, int size) {
    for (RgbImage shape : List.of(blank(2, 1), blank(1, 2))) {
      ProcessedImage processed = processor.process(shape);
      if (processed.height() != size || processed.width() != size) {
        throw new IllegalArgumentException(
            "preprocessor_config.json makes a %dx%d picture %dx%d, vision_config image_size is %d"
                .formatted(
                    shape.width(), shape.height(), processed.width(), processed.height(), size));
      }
    }
  }

  private static RgbImage blank(int width, int height) {
    return new RgbImage(width, height, new byte[3 * width * height], "blank");
  }
}
