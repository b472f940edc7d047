package io.cropvqa.model.smolvlm;

import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.ModelFamily;
import io.cropvqa.model.processing.SplittingProcessor;
import java.nio.file.Path;

/** {@code SmolVLMForConditionalGeneration} and {@code Idefics3ForConditionalGeneration}. */
public final class SmolVlmFamily implements ModelFamily {

  @Override
  public Architecture read(Path directory) {
    SmolVlmConfig config = SmolVlmConfig.read(ConfigJson.read(directory));
    SplittingProcessor processor = SplittingProcessor.load(directory);
    int tile = processor.sizes().tile();
    int patches = tile / config.vision().patchSize();
    if (patches > config.vision().side() || patches % config.scaleFactor() != 0) {
      throw new IllegalArgumentException(
          "preprocessor_config.json: max_image_size = %d makes %d patches a side, vision_config has positions for %d, and scale_factor = %d must divide them"
              .formatted(tile, patches, config.vision().side(), config.scaleFactor()));
    }
    return new Architecture(
        config.text(),
        "model.text_model",
        "lm_head",
        weights -> new SmolVlmVision(config, processor, weights),
        ImageMarkers.read(directory, config.imageTokenId(), processor.sizes()));
  }

  @Override
  public String canonicalName(String stored) {
    return stored;
  }
}
