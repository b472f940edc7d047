package io.cropvqa.model.llava;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.vision.VisionConfig;
import java.util.Set;

/**
 * {@code config.json} of a {@code LlavaForConditionalGeneration}, or of one of its kin.
 *
 * @param visionFeatureLayer which of the tower's hidden states are used: -1 the last layer's, -2
 *     the one before
 * @param dropClassToken whether the class token is left out ({@code vision_feature_select_strategy}
 *     "default")
 * @param imageTokenIndex id of the placeholder that visual tokens take the place of
 */
public record LlavaConfig(
    VisionConfig vision,
    LanguageModelConfig text,
    int visionFeatureLayer,
    boolean dropClassToken,
    Activation projectorHiddenAct,
    boolean projectorBias,
    int imageTokenIndex) {

  /**
   * @param type the {@code model_type} that it must be of
   * @throws IllegalArgumentException for a value that isn't supported, naming its key
   */
  public static LlavaConfig read(ConfigJson json, String type) {
    json.choice("model_type", type, Set.of(type));
    VisionConfig vision = VisionConfig.read(json.child("vision_config"));
    String strategy =
        json.choice(
            "vision_feature_select_strategy",
            "default",
            vision.hasClassToken() ? Set.of("default", "full") : Set.of("full"));
    ConfigJson text = json.child("text_config");
    String tie = "tie_word_embeddings";
    return new LlavaConfig(
        vision,
        LanguageModelConfig.read(text, json.flag(tie, text.flag(tie, false))),
        json.integer("vision_feature_layer", -2),
        strategy.equals("default"),
        Activation.named(json.choice("projector_hidden_act", "gelu", Activation.NAMES)),
        json.flag("multimodal_projector_bias", true),
        json.integer("image_token_index", json.integer("image_token_id", 32000)));
  }

  /** Tokens of the tower before the first visual token. */
  public int hiddenTokens() {
    return dropClassToken ? vision.classTokens() : 0;
  }

  /** Visual tokens before the first patch. */
  public int classTokens() {
    return vision.classTokens() - hiddenTokens();
  }
}
