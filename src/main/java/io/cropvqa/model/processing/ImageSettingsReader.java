package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** Typed access to the keys of image settings, older spellings of sizes included. */
final class ImageSettingsReader {
  static final String CLIP = "CLIPImageProcessor";
  static final String LLAVA = "LlavaImageProcessor";
  static final String SIGLIP = "SiglipImageProcessor";
  private static final Set<String> TYPES = Set.of(CLIP, LLAVA, SIGLIP);

  private static final Set<String> READ =
      Set.of(
          "crop_size",
          "default_to_square",
          "do_center_crop",
          "do_normalize",
          "do_pad",
          "do_rescale",
          "do_resize",
          "feature_extractor_type",
          "image_mean",
          "image_processor_type",
          "image_std",
          "resample",
          "rescale_factor",
          "size");

  /** Keys that change nothing for one decoded RGB picture. */
  private static final Set<String> IGNORED =
      Set.of(
          "_name_or_path",
          "_valid_processor_keys",
          "auto_map",
          "data_format",
          "device",
          "disable_grouping",
          "do_convert_rgb",
          "image_seq_length",
          "input_data_format",
          "processor_class",
          "return_tensors");

  private final JsonNode json;

  ImageSettingsReader(JsonNode json) {
    this.json = json;
  }

  /**
   * Which image processor the settings are for; transformers has several implementations of each.
   */
  String type() {
    String type = json.path("image_processor_type").asText(CLIP).replaceFirst("(Fast|Pil)$", "");
    if (!TYPES.contains(type)) {
      throw unsupported("image_processor_type", "one of " + TYPES.stream().sorted().toList());
    }
    if (!type.equals(LLAVA) && flag("do_pad", false)) {
      throw unsupported("do_pad", "false for a " + type);
    }
    return type;
  }

  /** Refuses settings of another image processor. */
  void requireType(String... wanted) {
    String type = json.path("image_processor_type").asText(wanted[0]);
    if (!List.of(wanted).contains(type.replaceFirst("(Fast|Pil)$", ""))) {
      throw unsupported("image_processor_type", String.join(" or ", wanted));
    }
  }

  /** A key that asks for something unknown would silently change what the model sees. */
  void requireKnownKeys(String... more) {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      JsonNode value = entry.getValue();
      boolean asksForNothing = value.isNull() || (value.isBoolean() && !value.booleanValue());
      String key = entry.getKey();
      if (!READ.contains(key)
          && !List.of(more).contains(key)
          && !IGNORED.contains(key)
          && !asksForNothing) {
        throw unsupported(key, "that key left out");
      }
    }
  }

  /** The value of a step that is on or off unless its flag says otherwise. */
  <T> Optional<T> when(String flag, boolean otherwise, Supplier<T> value) {
    return flag(flag, otherwise) ? Optional.of(value.get()) : Optional.empty();
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw unsupported(key, "true or false");
    }
    return value.booleanValue();
  }

  /** A number of pixels, or a part of an object that is one. */
  Optional<Integer> pixels(String key, String part) {
    JsonNode value = json.path(key).path(part);
    return isAbsent(value) ? Optional.empty() : Optional.of(pixels(key, value));
  }

  Optional<Integer> pixels(String key) {
    JsonNode value = json.path(key);
    return isAbsent(value) ? Optional.empty() : Optional.of(pixels(key, value));
  }

  void requireTrue(String key) {
    if (!flag(key, true)) {
      throw unsupported(key, "true");
    }
  }

  void requireFalse(String key) {
    if (flag(key, false)) {
      throw unsupported(key, "false");
    }
  }

  /** Refuses another value than the one that the rest of the model has. */
  void require(String key, int wanted) {
    if (pixels(key).filter(value -> value != wanted).isPresent()) {
      throw unsupported(key, "%d as in config.json".formatted(wanted));
    }
  }

  double number(String key, double otherwise) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw unsupported(key, "a number");
    }
    return value.doubleValue();
  }

  ResampleFilter resample(String key, ResampleFilter otherwise) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (!value.isInt()) {
      throw unsupported(key, "1, 2 or 3");
    }
    return ResampleFilter.ofCode(value.intValue());
  }

  /** One number per channel, or one for all three. */
  List<Double> channels(String key, List<Double> otherwise) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (value.isNumber()) {
      return Collections.nCopies(3, value.doubleValue());
    }
    boolean numbers = StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isNumber);
    if (!value.isArray() || value.size() != 3 || !numbers) {
      throw unsupported(key, "a number or three");
    }
    return StreamSupport.stream(value.spliterator(), false).map(JsonNode::doubleValue).toList();
  }

  Optional<TargetSize> size(String key) {
    JsonNode value = json.path(key);
    if (value.isInt() && !flag("default_to_square", false)) {
      return Optional.of(new TargetSize.ShortestEdge(pixels(key, value)));
    }
    if (value.size() == 1 && value.has("shortest_edge")) {
      return Optional.of(new TargetSize.ShortestEdge(pixels(key, value.get("shortest_edge"))));
    }
    return exactSize(key).map(size -> size);
  }

  Optional<TargetSize.Exact> exactSize(String key) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (value.isInt()) {
      int side = pixels(key, value);
      return Optional.of(new TargetSize.Exact(side, side));
    }
    if (value.size() == 2 && value.has("height") && value.has("width")) {
      return Optional.of(
          new TargetSize.Exact(pixels(key, value.get("width")), pixels(key, value.get("height"))));
    }
    throw unsupported(key, "a number of pixels, {shortest_edge} or {height, width}");
  }

  /** Sizes as pairs of height and width. */
  Optional<List<TargetSize.Exact>> sizes(String key) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    List<TargetSize.Exact> sizes = new ArrayList<>();
    for (JsonNode pair : value) {
      if (pair.size() != 2) {
        throw unsupported(key, "pairs of height and width");
      }
      sizes.add(new TargetSize.Exact(pixels(key, pair.get(1)), pixels(key, pair.get(0))));
    }
    return Optional.of(sizes);
  }

  private int pixels(String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 1) {
      throw unsupported(key, "sizes of at least 1 pixel");
    }
    return value.intValue();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private IllegalArgumentException unsupported(String key, String supported) {
    return new IllegalArgumentException(
        "%s is %s, supported is %s".formatted(key, json.path(key), supported));
  }
}
