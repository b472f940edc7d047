package io.cropvqa.engine.trial;

import io.cropvqa.model.LanguageModelConfig;

/** What a decoder's shape says about its costs, in float32. */
final class DecoderCost {
  private final LanguageModelConfig config;

  DecoderCost(LanguageModelConfig config) {
    this.config = config;
  }

  /** Floating-point operations of one row of logits. */
  long headFlops() {
    return 2L * config.hiddenSize() * config.vocabSize();
  }

  /** Bytes of one layer's matrices. */
  long layerBytes() {
    long heads = 2L * config.numAttentionHeads() + 2L * config.numKeyValueHeads();
    long attention = heads * config.headDim() * config.hiddenSize();
    long feedForward = 3L * config.hiddenSize() * config.intermediateSize();
    return (attention + feedForward) * Float.BYTES;
  }

  /** Bytes of weights read for one token: every layer's, shared or not, and the output's. */
  long weightBytesPerToken() {
    long head = (long) config.hiddenSize() * config.vocabSize() * Float.BYTES;
    return config.numHiddenLayers() * layerBytes() + head;
  }
}
