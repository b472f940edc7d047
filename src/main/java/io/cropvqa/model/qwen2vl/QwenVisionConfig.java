package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.processing.PatchSizes;
import java.util.Set;

/**
 * Shape of a Qwen-VL vision tower; defaults are transformers'.
 *
 * @param depth layers
 * @param hiddenSize D of the tower ({@code embed_dim} in Qwen2-VL)
 * @param intermediateSize width of its feed-forward layers
 * @param numHeads H
 * @param outHiddenSize D of the decoder ({@code hidden_size} in Qwen2-VL)
 * @param patches how pictures are cut
 * @param ropeTheta base of the rotary frequencies
 */
public record QwenVisionConfig(
    int depth,
    int hiddenSize,
    int intermediateSize,
    int numHeads,
    int outHiddenSize,
    PatchSizes patches,
    double ropeTheta,
    Activation hiddenAct) {

  public QwenVisionConfig {
    if (hiddenSize % (4 * numHeads) != 0) {
      throw new IllegalArgumentException(
          "config.json vision_config: size %d must be a multiple of 4 num_heads = %d: rotary embeddings turn pairs by row and by column"
              .formatted(hiddenSize, 4 * numHeads));
    }
  }

  /** Reads the {@code vision_config} of a Qwen2-VL. */
  static QwenVisionConfig qwen2(ConfigJson json) {
    int hiddenSize = json.size("embed_dim", 1280);
    return new QwenVisionConfig(
        json.size("depth", 32),
        hiddenSize,
        (int) (hiddenSize * json.number("mlp_ratio", 4)),
        json.size("num_heads", 16),
        json.size("hidden_size", 3584),
        patches(json),
        ropeTheta(json),
        hiddenAct(json, "quick_gelu"));
  }

  /** Reads the {@code vision_config} of a Qwen2.5-VL. */
  public static QwenVisionConfig qwen25(ConfigJson json) {
    return new QwenVisionConfig(
        json.size("depth", 32),
        json.size("hidden_size", 3584),
        json.size("intermediate_size", 3420),
        json.size("num_heads", 16),
        json.size("out_hidden_size", 3584),
        patches(json),
        ropeTheta(json),
        hiddenAct(json, "silu"));
  }

  private static PatchSizes patches(ConfigJson json) {
    json.require("in_channels", 3);
    json.require("in_chans", 3);
    return new PatchSizes(
        json.size("patch_size", 14),
        json.size("spatial_merge_size", 2),
        json.size("temporal_patch_size", 2));
  }

  private static double ropeTheta(ConfigJson json) {
    ConfigJson rope = json.child("rope_parameters");
    rope.choice("rope_type", "axial", Set.of("axial", "default"));
    return rope.number("rope_theta", 10_000);
  }

  private static Activation hiddenAct(ConfigJson json, String absent) {
    return Activation.named(json.choice("hidden_act", absent, Activation.NAMES));
  }

  /** d, size of a head. */
  int headDim() {
    return hiddenSize / numHeads;
  }

  /** Patches of one visual token. */
  int patchesOfToken() {
    return patches.merge() * patches.merge();
  }
}
