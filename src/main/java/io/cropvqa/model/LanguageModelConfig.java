package io.cropvqa.model;

import io.cropvqa.model.layers.Activation;
import java.util.List;
import java.util.Set;

/**
 * Shape of a Llama-style decoder, under the keys of {@code config.json}.
 *
 * @param hiddenSize D
 * @param intermediateSize width of the feed-forward layers
 * @param numHiddenLayers L
 * @param numAttentionHeads H
 * @param numKeyValueHeads heads of keys and values; H is a multiple
 * @param headDim d
 * @param vocabSize V
 * @param maxPositionEmbeddings most tokens of prompt and answer together
 * @param rmsNormEps added under each root
 * @param ropeTheta base of the rotary frequencies
 * @param mropeSection how many rotary frequencies belong to each axis of positions; one axis has
 *     all of them
 * @param attentionBias whether the attention's projections to queries, keys and values have biases
 * @param outputBias whether the one after it has
 * @param mlpBias whether the feed-forward layers have
 * @param hiddenAct activation of the feed-forward gate
 * @param tieWordEmbeddings whether the output weights are the word embeddings
 */
public record LanguageModelConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int vocabSize,
    int maxPositionEmbeddings,
    double rmsNormEps,
    double ropeTheta,
    List<Integer> mropeSection,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    Activation hiddenAct,
    boolean tieWordEmbeddings) {

  public LanguageModelConfig {
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw new IllegalArgumentException(
          "config.json: num_attention_heads = %d must be a multiple of num_key_value_heads = %d"
              .formatted(numAttentionHeads, numKeyValueHeads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "config.json: head_dim = %d must be even, rotary embeddings turn pairs"
              .formatted(headDim));
    }
    mropeSection = List.copyOf(mropeSection);
    if (mropeSection.stream().mapToInt(Integer::intValue).sum() != headDim / 2) {
      throw new IllegalArgumentException(
          "config.json: mrope_section = %s must add up to half of head_dim = %d"
              .formatted(mropeSection, headDim));
    }
  }

  /**
   * Reads a {@code text_config} of type {@code llama}; absent keys have transformers' {@code
   * LlamaConfig} defaults.
   *
   * @param tied whether the output weights are the word embeddings: the whole model's config
   *     decides
   * @throws IllegalArgumentException for a value that isn't supported, naming its key
   */
  public static LanguageModelConfig llama(ConfigJson json, boolean tied) {
    json.choice("model_type", "llama", Set.of("llama"));
    int hiddenSize = json.size("hidden_size", 4096);
    int heads = json.size("num_attention_heads", 32);
    int headDim = json.size("head_dim", hiddenSize / heads);
    ConfigJson rope = json.has("rope_parameters") ? json.child("rope_parameters") : json;
    rope.choice("rope_type", "default", Set.of("default"));
    if (json.has("rope_scaling")) {
      json.child("rope_scaling").choice("rope_type", "linear", Set.of("default"));
    }
    boolean attentionBias = json.flag("attention_bias", false);
    return new LanguageModelConfig(
        hiddenSize,
        json.size("intermediate_size", 11008),
        json.size("num_hidden_layers", 32),
        heads,
        json.size("num_key_value_heads", heads),
        headDim,
        json.size("vocab_size", 32000),
        json.size("max_position_embeddings", 2048),
        json.number("rms_norm_eps", 1e-6),
        rope.number("rope_theta", 10000),
        List.of(headDim / 2),
        attentionBias,
        attentionBias,
        json.flag("mlp_bias", false),
        Activation.named(json.choice("hidden_act", "silu", Activation.NAMES)),
        tied);
  }

  /** Bytes that keys and values of one token take in one layer, in float32. */
  public long kvBytesPerTokenAndLayer() {
    return 2L * numKeyValueHeads * headDim * Float.BYTES;
  }

  /** Bytes that keys and values of so many tokens take in all layers. */
  public long kvCacheBytes(long tokens) {
    return tokens * numHiddenLayers * kvBytesPerTokenAndLayer();
  }

  /**
   * Floating-point operations of one layer on so many new tokens of one sequence, none cached: two
   * for each weight and token, and those of the causal attention.
   */
  public long prefillFlops(long tokens) {
    long attention = (long) headDim * (2L * numAttentionHeads + 2L * numKeyValueHeads) * hiddenSize;
    long feedForward = 3L * hiddenSize * intermediateSize;
    long pairs = tokens * (tokens + 1) / 2;
    return 2 * tokens * (attention + feedForward) + 4 * pairs * numAttentionHeads * headDim;
  }

  /**
   * Floating-point operations of recomputing some query rows' attention to so many tokens in one
   * layer.
   */
  public long rankingFlops(long tokens, long rows) {
    long keys = 2L * tokens * hiddenSize * numKeyValueHeads * headDim;
    long queries = 2L * rows * hiddenSize * numAttentionHeads * headDim;
    return keys + queries + 2L * rows * tokens * numAttentionHeads * headDim;
  }
}
