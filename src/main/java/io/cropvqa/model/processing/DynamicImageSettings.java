package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.model.processing.ImageSettings.Normalization;
import java.util.Optional;

/**
 * Image settings of models that take pictures of any shape. Source: transformers, {@code
 * Qwen2VLImageProcessor}.
 */
final class DynamicImageSettings {
  private static final int LEAST = 56 * 56;
  private static final int MOST = 28 * 28 * 1280;

  private DynamicImageSettings() {}

  /**
   * Reads bounds of the number of pixels under their newest name, {@code size.shortest_edge} and
   * {@code longest_edge} (which name no edges), or the older {@code min_pixels} and {@code
   * max_pixels}, which win.
   *
   * @param sizes the model's, which the settings may not contradict
   * @throws IllegalArgumentException if a key or a value is not supported
   */
  static ImageSettings of(JsonNode json, PatchSizes sizes) {
    ImageSettingsReader settings = new ImageSettingsReader(json);
    settings.requireType("Qwen2VLImageProcessor");
    settings.requireKnownKeys(
        "max_pixels", "merge_size", "min_pixels", "patch_size", "temporal_patch_size");
    settings.require("patch_size", sizes.patch());
    settings.require("merge_size", sizes.merge());
    settings.require("temporal_patch_size", sizes.temporal());
    settings.requireTrue("do_resize");
    settings.requireFalse("do_center_crop");
    settings.requireFalse("do_pad");
    Normalization clip = ImageSettings.CLIP_COLOURS;
    return new ImageSettings(
        Optional.empty(),
        Optional.of(
            new TargetSize.WholeBlocks(
                sizes.block(),
                bound(settings, "min_pixels", "shortest_edge", LEAST),
                bound(settings, "max_pixels", "longest_edge", MOST))),
        settings.resample("resample", ResampleFilter.BICUBIC),
        Optional.empty(),
        settings.when("do_rescale", true, () -> settings.number("rescale_factor", 1 / 255.0)),
        settings.when(
            "do_normalize",
            true,
            () ->
                new Normalization(
                    settings.channels("image_mean", clip.mean()),
                    settings.channels("image_std", clip.std()))));
  }

  private static int bound(
      ImageSettingsReader settings, String older, String newer, int otherwise) {
    return settings
        .pixels(older)
        .or(() -> settings.pixels("size", newer))
        .or(() -> settings.pixels("size", older))
        .orElse(otherwise);
  }
}
