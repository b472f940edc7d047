package io.cropvqa.model;

import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.FusedLayers;
import io.cropvqa.tensor.LayerStack;
import io.cropvqa.tensor.NumberType;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder's layers. Between two cuts nothing happens but they, so there they run as one call from
 * Java: with a call a layer, a token of a small model takes half as long again.
 */
final class DecoderStack {
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final LayerStack fused;

  /**
   * @param prefix of the layers' weights, such as {@code model.language_model.layers}
   */
  DecoderStack(LanguageModelConfig config, WeightSource weights, String prefix, NumberType type) {
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new DecoderLayer(config, weights, prefix + "." + i, type));
    }
    fused =
        LayerStack.of(
            layers.stream().map(DecoderLayer::fused).toList(),
            config.rmsNormEps(),
            config.hiddenAct().hiddenAct());
  }

  int size() {
    return layers.size();
  }

  DecoderLayer get(int layer) {
    return layers.get(layer);
  }

  /** Bytes that its weights take less than those of its source. */
  long bytesSaved() {
    return layers.stream().mapToLong(DecoderLayer::bytesSaved).sum();
  }

  /**
   * Takes a batch through some layers, [T, D] to [T, D].
   *
   * @param from the first of them
   * @param to the one after the last
   */
  void forward(RaggedBatch batch, int from, int to) {
    if (Autograd.isTracking()) {
      plain(batch, from, to);
    } else if (from < to) {
      FusedLayers.Ragged sequences = batch.run(from, to);
      batch.hidden(FusedLayers.decoderLayers(batch.hidden(), from, sequences, fused));
    }
    batch.extendKeysAndValues(from, to);
  }

  private void plain(RaggedBatch batch, int from, int to) {
    for (int layer = from; layer < to; layer++) {
      batch.enter(layer);
      batch.hidden(layers.get(layer).plain(batch));
    }
  }
}
