package io.cropvqa.model;

import io.cropvqa.model.layers.Activation;
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
 * @param maxPositionEmbeddings most tokens of prompt and answer together: at most the window, where
 *     attention slides, since within it nothing does
 * @param rmsNormEps added under each root
 * @param rope how the rotary frequencies are made
 * @param attentionBias whether the attention's query, key and value projections have biases
 * @param outputBias whether its output projection has
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
    RopeParameters rope,
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
  }

  /**
   * Reads a {@code text_config} of type {@code llama}, {@code mistral} or {@code qwen2}; absent
   * keys have the defaults of transformers' config of that type.
   *
   * @param tied whether the output weights are the word embeddings: the whole model's config
   *     decides
   * @throws IllegalArgumentException for a value that isn't supported, naming its key
   */
  public static LanguageModelConfig read(ConfigJson json, boolean tied) {
    return switch (json.choice("model_type", "llama", Set.of("llama", "mistral", "qwen2"))) {
      case "mistral" -> mistral(json, tied);
      case "qwen2" -> qwen2(json, tied);
      default -> llama(json, tied);
    };
  }

  private static LanguageModelConfig llama(ConfigJson json, boolean tied) {
    int heads = json.size("num_attention_heads", 32);
    boolean bias = json.flag("attention_bias", false);
    return new LanguageModelConfig(
        json.size("hidden_size", 4096),
        json.size("intermediate_size", 11008),
        json.size("num_hidden_layers", 32),
        heads,
        json.size("num_key_value_heads", heads),
        headDim(json),
        json.size("vocab_size", 32000),
        json.size("max_position_embeddings", 2048),
        json.number("rms_norm_eps", 1e-6),
        RopeParameters.read(json),
        bias,
        bias,
        json.flag("mlp_bias", false),
        hiddenAct(json),
        tied);
  }

  private static LanguageModelConfig mistral(ConfigJson json, boolean tied) {
    int context = json.size("max_position_embeddings", 131_072);
    int window = json.isNull("sliding_window") ? context : json.size("sliding_window", 4096);
    return new LanguageModelConfig(
        json.size("hidden_size", 4096),
        json.size("intermediate_size", 14_336),
        json.size("num_hidden_layers", 32),
        json.size("num_attention_heads", 32),
        json.size("num_key_value_heads", 8),
        headDim(json),
        json.size("vocab_size", 32_000),
        Math.min(context, window),
        json.number("rms_norm_eps", 1e-6),
        RopeParameters.read(json),
        false,
        false,
        false,
        hiddenAct(json),
        tied);
  }

  private static LanguageModelConfig qwen2(ConfigJson json, boolean tied) {
    int context = json.size("max_position_embeddings", 32_768);
    boolean slides = json.flag("use_sliding_window", false) && !json.isNull("sliding_window");
    int window = slides ? json.size("sliding_window", 4096) : context;
    return new LanguageModelConfig(
        json.size("hidden_size", 4096),
        json.size("intermediate_size", 22_016),
        json.size("num_hidden_layers", 32),
        json.size("num_attention_heads", 32),
        json.size("num_key_value_heads", 32),
        headDim(json),
        json.size("vocab_size", 151_936),
        Math.min(context, window),
        json.number("rms_norm_eps", 1e-6),
        RopeParameters.read(json),
        true,
        false,
        false,
        hiddenAct(json),
        tied);
  }

  /**
   * The decoder of Qwen2-VL and Qwen2.5-VL: Qwen2's, with positions on three axes. Source:
   * transformers, {@code Qwen2VLTextConfig}.
   *
   * @param json a {@code text_config}, or a whole {@code config.json} that has its keys in the open
   */
  public static LanguageModelConfig qwen2Vl(ConfigJson json, boolean tied) {
    int heads = json.size("num_attention_heads", 64);
    int hiddenSize = json.size("hidden_size", 8192);
    int context = json.size("max_position_embeddings", 32_768);
    boolean slides = json.flag("use_sliding_window", false) && !json.isNull("sliding_window");
    int window = slides ? json.size("sliding_window", 4096) : context;
    return new LanguageModelConfig(
        hiddenSize,
        json.size("intermediate_size", 29_568),
        json.size("num_hidden_layers", 80),
        heads,
        json.size("num_key_value_heads", json.isNull("num_key_value_heads") ? heads : 8),
        hiddenSize / heads,
        json.size("vocab_size", 152_064),
        Math.min(context, window),
        json.number("rms_norm_eps", 1e-5),
        RopeParameters.multimodal(json),
        true,
        false,
        false,
        hiddenAct(json),
        tied);
  }

  private static int headDim(ConfigJson json) {
    int heads = json.size("num_attention_heads", 32);
    return json.size("head_dim", json.size("hidden_size", 4096) / heads);
  }

  private static Activation hiddenAct(ConfigJson json) {
    return Activation.named(json.choice("hidden_act", "silu", Activation.NAMES));
  }

  /** The same with another number of layers. */
  public LanguageModelConfig withLayers(int layers) {
    return new LanguageModelConfig(
        hiddenSize,
        intermediateSize,
        layers,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        vocabSize,
        maxPositionEmbeddings,
        rmsNormEps,
        rope,
        attentionBias,
        outputBias,
        mlpBias,
        hiddenAct,
        tieWordEmbeddings);
  }

  /** Bytes that keys and values of one token take in one layer, in float32. */
  public long kvBytesPerTokenAndLayer() {
    return 2L * numKeyValueHeads * headDim * Float.BYTES;
  }

  /** Bytes that keys and values of so many tokens take in all layers, in float32. */
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
