package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint's image settings ask for, the defaults of its image processor filled in.
 *
 * @param squarePadding the colour in 0..1 in which the picture is first padded to a square, if it
 *     is
 * @param resize the size it is resized to, if it is
 * @param resample the filter of that
 * @param crop the size cut from its middle, if it is; where the picture is smaller, black is added
 * @param rescaleFactor what 0..255 is multiplied by, if it is
 * @param normalization what is then taken off and divided by, if anything
 */
record ImageSettings(
    Optional<List<Double>> squarePadding,
    Optional<TargetSize> resize,
    ResampleFilter resample,
    Optional<TargetSize.Exact> crop,
    Optional<Double> rescaleFactor,
    Optional<Normalization> normalization) {

  /** Mean and standard deviation of red, green and blue. */
  record Normalization(List<Double> mean, List<Double> std) {}

  static final Normalization CLIP_COLOURS =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));
  static final Normalization SIGLIP_COLOURS =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
  private static final TargetSize.Exact SQUARE = new TargetSize.Exact(224, 224);

  /**
   * Reads a preprocessor_config.json, or the {@code image_processor} of a processor_config.json.
   *
   * @throws IllegalArgumentException if a key or a value is not supported
   */
  static ImageSettings of(JsonNode json) {
    ImageSettingsReader settings = new ImageSettingsReader(json);
    boolean siglip = settings.type().equals(ImageSettingsReader.SIGLIP);
    settings.requireKnownKeys();
    Normalization colours = siglip ? SIGLIP_COLOURS : CLIP_COLOURS;
    TargetSize size = siglip ? SQUARE : new TargetSize.ShortestEdge(SQUARE.width());
    List<Double> mean = settings.channels("image_mean", colours.mean());
    List<Double> std = settings.channels("image_std", colours.std());
    return new ImageSettings(
        settings.flag("do_pad", false) ? Optional.of(mean) : Optional.empty(),
        settings.when("do_resize", true, () -> settings.size("size").orElse(size)),
        settings.resample("resample", ResampleFilter.BICUBIC),
        settings.when(
            "do_center_crop", !siglip, () -> settings.exactSize("crop_size").orElse(SQUARE)),
        settings.when("do_rescale", true, () -> settings.number("rescale_factor", 1 / 255.0)),
        settings.when("do_normalize", true, () -> new Normalization(mean, std)));
  }

  /**
   * Settings that make every picture one size, with the defaults of CLIP.
   *
   * @param settings read but for sizes
   */
  static ImageSettings stretched(ImageSettingsReader settings, TargetSize.Exact size) {
    return new ImageSettings(
        Optional.empty(),
        Optional.of(size),
        settings.resample("resample", ResampleFilter.BICUBIC),
        Optional.empty(),
        settings.when("do_rescale", true, () -> settings.number("rescale_factor", 1 / 255.0)),
        settings.when(
            "do_normalize",
            true,
            () ->
                new Normalization(
                    settings.channels("image_mean", CLIP_COLOURS.mean()),
                    settings.channels("image_std", CLIP_COLOURS.std()))));
  }
}
