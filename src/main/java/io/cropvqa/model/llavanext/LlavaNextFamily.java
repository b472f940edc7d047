package io.cropvqa.model.llavanext;

import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.ModelFamily;
import io.cropvqa.model.llava.LlavaConfig;
import io.cropvqa.model.llava.LlavaWeightNames;
import io.cropvqa.model.processing.AnyResolutionProcessor;
import java.nio.file.Path;
import java.util.List;

/** {@code LlavaNextForConditionalGeneration}. */
public final class LlavaNextFamily implements ModelFamily {
  private static final String PINPOINTS = "image_grid_pinpoints";
  private static final List<List<Integer>> DEFAULT_PINPOINTS =
      List.of(
          List.of(336, 672),
          List.of(672, 336),
          List.of(672, 672),
          List.of(1008, 336),
          List.of(336, 1008));

  @Override
  public Architecture read(Path directory) {
    ConfigJson json = ConfigJson.read(directory);
    LlavaConfig config = LlavaConfig.read(json, "llava_next");
    if (config.classTokens() > 0) {
      throw new IllegalArgumentException(
          "config.json: vision_feature_select_strategy = \"full\" is not supported with a"
              + " clip_vision_model, whose class token has no place in a grid of tiles");
    }
    int side = config.vision().imageSize();
    List<List<Integer>> pinpoints = json.pairs(PINPOINTS, DEFAULT_PINPOINTS);
    for (List<Integer> pair : pinpoints) {
      if (pair.get(0) % side != 0 || pair.get(1) % side != 0) {
        throw new IllegalArgumentException(
            "config.json: %s = %s must be multiples of vision_config image_size = %d"
                .formatted(PINPOINTS, pair, side));
      }
    }
    AnyResolutionProcessor processor = AnyResolutionProcessor.load(directory, side, pinpoints);
    return new Architecture(
        config.text(),
        LlavaWeightNames.DECODER,
        LlavaWeightNames.HEAD,
        weights -> new LlavaNextVision(config, processor, weights),
        config::imageTokenIndex);
  }

  @Override
  public String canonicalName(String stored) {
    return LlavaWeightNames.canonical(stored);
  }
}
