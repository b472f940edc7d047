package io.cropvqa.model;

import io.cropvqa.model.layers.RotaryEmbedding;
import java.util.List;
import java.util.Set;

/**
 * How a decoder's rotary frequencies are made. Source: transformers, {@code
 * modeling_rope_utils.py}.
 *
 * @param theta base of the frequencies {@code theta^(-2i/d)}
 * @param scaling what each of them becomes
 * @param mropeSection how many frequencies belong to each axis of positions; empty where there is
 *     one axis
 */
public record RopeParameters(double theta, Scaling scaling, List<Integer> mropeSection) {

  /** What a frequency becomes so that a longer context looks like the one that was trained on. */
  public sealed interface Scaling {
    double of(double frequency);
  }

  /** Every frequency as it is. */
  public record Unscaled() implements Scaling {
    @Override
    public double of(double frequency) {
      return frequency;
    }
  }

  /** All positions pulled together. */
  public record Linear(double factor) implements Scaling {
    @Override
    public double of(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3's: frequencies that turn less than {@code low} times within the original context are
   * scaled, those that turn more than {@code high} times are not, and between the two it is a mix.
   */
  public record Llama3(double factor, double low, double high, double context) implements Scaling {
    @Override
    public double of(double frequency) {
      double turns = context * frequency / (2 * Math.PI);
      double kept = Math.min(Math.max((turns - low) / (high - low), 0), 1);
      return kept * frequency + (1 - kept) * frequency / factor;
    }
  }

  public RopeParameters {
    mropeSection = List.copyOf(mropeSection);
  }

  /** Nothing scaled, one axis. */
  public RopeParameters(double theta) {
    this(theta, new Unscaled(), List.of());
  }

  /**
   * Reads {@code rope_parameters} of a {@code text_config}, or {@code rope_theta} and {@code
   * rope_scaling}, as transformers 4 spells them.
   *
   * @throws IllegalArgumentException for a kind of scaling that isn't supported, naming its key
   */
  static RopeParameters read(ConfigJson json) {
    ConfigJson rope = json.child(json.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
    for (ConfigJson place : List.of(json, rope)) {
      place.require("partial_rotary_factor", 1);
    }
    double theta = rope.number("rope_theta", json.number("rope_theta", 10_000));
    return new RopeParameters(theta, scaling(rope), List.of());
  }

  /**
   * Like {@link #read}, for decoders with positions on three axes: time, height, width. Source:
   * transformers, {@code Qwen2VLTextConfig}.
   */
  static RopeParameters multimodal(ConfigJson json) {
    ConfigJson rope = json.child(json.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
    for (String key : List.of("rope_type", "type")) {
      rope.choice(key, "default", Set.of("default", "mrope"));
    }
    double theta = rope.number("rope_theta", json.number("rope_theta", 1_000_000));
    List<Integer> sections = rope.integers("mrope_section", List.of(16, 24, 24));
    if (sections.size() != 3) {
      throw new IllegalArgumentException(
          "config.json: mrope_section = %s must be three numbers: time, height, width"
              .formatted(sections));
    }
    return new RopeParameters(theta, new Unscaled(), sections);
  }

  private static Scaling scaling(ConfigJson rope) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    return switch (rope.choice(key, "default", Set.of("default", "linear", "dynamic", "llama3"))) {
      case "linear" -> new Linear(rope.number("factor"));
      case "llama3" ->
          new Llama3(
              rope.number("factor"),
              rope.number("low_freq_factor"),
              rope.number("high_freq_factor"),
              rope.number("original_max_position_embeddings"));
      default -> new Unscaled(); // "dynamic" scales beyond max_position_embeddings alone
    };
  }

  /**
   * @throws IllegalArgumentException if the sections don't add up to d / 2
   */
  RotaryEmbedding embedding(int headDim) {
    if (mropeSection.isEmpty()) {
      return new RotaryEmbedding(frequencies(headDim));
    }
    if (mropeSection.stream().mapToInt(Integer::intValue).sum() != headDim / 2) {
      throw new IllegalArgumentException(
          "config.json: mrope_section = %s must add up to half of the head size %d"
              .formatted(mropeSection, headDim));
    }
    return new RotaryEmbedding(frequencies(headDim), mropeSection);
  }

  /**
   * @param headDim d
   * @return [d / 2], radians per position
   */
  public float[] frequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) scaling.of(1 / Math.pow(theta, 2.0 * i / headDim));
    }
    return frequencies;
  }
}
