package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.processing.ImageProcessor;
import java.nio.file.Path;

/** What all Qwen-VL families have in common: everything but the blocks of their towers. */
public final class QwenArchitecture {
  private static final String TIED = "tie_word_embeddings";

  private QwenArchitecture() {}

  /**
   * @param json {@code config.json}, whose decoder's keys are in {@code text_config} or, as
   *     transformers 4 had it, in the open
   * @param blocks what the tower's layers are made of
   * @throws IllegalArgumentException for a value that isn't supported, naming its key
   */
  public static Architecture read(
      Path directory, ConfigJson json, QwenVisionConfig vision, BlockParts blocks) {
    ConfigJson textJson = json.has("text_config") ? json.child("text_config") : json;
    boolean tied = json.flag(TIED, false) || textJson.flag(TIED, false);
    LanguageModelConfig text = LanguageModelConfig.qwen2Vl(textJson, tied);
    if (vision.outHiddenSize() != text.hiddenSize()) {
      throw new IllegalArgumentException(
          "config.json: vision_config makes tokens of size %d, the decoder's hidden_size is %d"
              .formatted(vision.outHiddenSize(), text.hiddenSize()));
    }
    ImageProcessor imageProcessor = ImageProcessor.loadDynamic(directory, vision.patches());
    int imageToken = json.integer("image_token_id", 151_655);
    return new Architecture(
        text,
        QwenWeightNames.DECODER,
        QwenWeightNames.HEAD,
        weights ->
            new QwenVision(
                vision,
                imageProcessor,
                new QwenVisionTower(vision, blocks, weights, QwenWeightNames.TOWER)),
        new MropeLayout(imageToken));
  }
}
