package io.cropvqa.model.smolvlm;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.vision.VisionConfig;
import java.util.Set;

/**
 * {@code config.json} of a {@code SmolVLMForConditionalGeneration} or {@code
 * Idefics3ForConditionalGeneration}.
 *
 * @param scaleFactor patches along each side of the block that one visual token is made of
 * @param imageTokenId id of the placeholder that visual tokens take the place of
 */
record SmolVlmConfig(
    VisionConfig vision, LanguageModelConfig text, int scaleFactor, int imageTokenId) {

  static SmolVlmConfig read(ConfigJson json) {
    json.choice("model_type", "smolvlm", Set.of("smolvlm", "idefics3"));
    ConfigJson text = json.child("text_config");
    String tie = "tie_word_embeddings";
    return new SmolVlmConfig(
        VisionConfig.idefics3(json.child("vision_config")),
        LanguageModelConfig.read(text, json.flag(tie, text.flag(tie, false))),
        json.size("scale_factor", 2),
        json.integer("image_token_id", 128_257));
  }
}
