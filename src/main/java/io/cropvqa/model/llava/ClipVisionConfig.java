package io.cropvqa.model.llava;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.layers.Activation;
import java.util.Set;

/**
 * Shape of a CLIP vision tower, under the keys of its {@code vision_config}; defaults are
 * transformers'.
 */
record ClipVisionConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    double layerNormEps,
    Activation hiddenAct) {

  static ClipVisionConfig read(ConfigJson json) {
    json.choice("model_type", "clip_vision_model", Set.of("clip_vision_model"));
    return new ClipVisionConfig(
        json.size("hidden_size", 768),
        json.size("intermediate_size", 3072),
        json.size("num_hidden_layers", 12),
        json.size("num_attention_heads", 12),
        json.size("image_size", 224),
        json.size("patch_size", 32),
        json.number("layer_norm_eps", 1e-5),
        Activation.named(json.choice("hidden_act", "quick_gelu", Activation.NAMES)));
  }

  /** Patches along each side. */
  int side() {
    return imageSize / patchSize;
  }
}
