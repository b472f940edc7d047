package io.cropvqa.model.vision;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.layers.Activation;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Shape of a vision tower, under the keys of its {@code vision_config}.
 *
 * @param hasClassToken whether a token that shows the whole image comes before the patches: CLIP
 *     has one, SigLIP doesn't
 */
public record VisionConfig(
    boolean hasClassToken,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    double layerNormEps,
    Activation hiddenAct) {

  private static final String CLIP = "clip_vision_model";
  private static final String SIGLIP = "siglip_vision_model";

  /**
   * Reads either; absent keys have the defaults of transformers' config of that type.
   *
   * @throws IllegalArgumentException for a value that isn't supported, naming its key
   */
  public static VisionConfig read(ConfigJson json) {
    boolean clip = json.choice("model_type", CLIP, Set.of(CLIP, SIGLIP)).equals(CLIP);
    json.require("num_channels", 3);
    return new VisionConfig(
        clip,
        json.size("hidden_size", 768),
        json.size("intermediate_size", 3072),
        json.size("num_hidden_layers", 12),
        json.size("num_attention_heads", 12),
        json.size("image_size", 224),
        json.size("patch_size", clip ? 32 : 16),
        json.number("layer_norm_eps", clip ? 1e-5 : 1e-6),
        Activation.named(
            json.choice(
                "hidden_act", clip ? "quick_gelu" : "gelu_pytorch_tanh", Activation.NAMES)));
  }

  /** Reads Idefics3's or SmolVLM's, a SigLIP tower; absent keys have transformers' defaults. */
  public static VisionConfig idefics3(ConfigJson json) {
    json.choice(
        "model_type", "idefics3_vision", Set.of("idefics3_vision", "smolvlm_vision", "idefics3"));
    json.require("num_channels", 3);
    return new VisionConfig(
        false,
        json.size("hidden_size", 1152),
        json.size("intermediate_size", 3072),
        json.size("num_hidden_layers", 12),
        json.size("num_attention_heads", 16),
        json.size("image_size", 224),
        json.size("patch_size", 32),
        json.number("layer_norm_eps", 1e-6),
        Activation.named(json.choice("hidden_act", "gelu_pytorch_tanh", Activation.NAMES)));
  }

  /** Patches along each side; what is left of the picture beyond them is never seen. */
  public int side() {
    return imageSize / patchSize;
  }

  /** How much of each side the patches cover. */
  public double seen() {
    return (double) side() * patchSize / imageSize;
  }

  /** Tokens of one picture. */
  int tokens() {
    return side() * side() + classTokens();
  }

  /** Position ids of the tokens of a picture as large as the tower is made for. */
  long[] positions() {
    return LongStream.range(0, tokens()).toArray();
  }

  /** Tokens before the first patch. */
  public int classTokens() {
    return hasClassToken ? 1 : 0;
  }
}
