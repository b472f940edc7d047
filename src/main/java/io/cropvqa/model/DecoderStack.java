package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.RotaryEmbedding;
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
  private final LanguageModelConfig config;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final LayerStack fused;

  /**
   * @param prefix of the layers' weights, such as {@code model.language_model.layers}
   */
  DecoderStack(LanguageModelConfig config, WeightSource weights, String prefix, NumberType type) {
    this.config = config;
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

  /**
   * How strongly some rows of a sequence attend to its rows in a layer, before that has run: one
   * recomputed query row instead of a whole attention map.
   *
   * @param batch about to enter the layer
   * @param index which sequence of the batch
   * @param rows of that sequence
   * @return [rows, T], averaged over heads
   */
  NDArray attentionOf(RaggedBatch batch, int index, int[] rows, int layer) {
    Sequence sequence = batch.sequences().get(index);
    sequence.recordRanking(config.rankingFlops(sequence.rows(), rows.length));
    RotaryEmbedding.Angles angles = batch.angles();
    return FusedLayers.attentionOf(
        batch.rowsOf(index, batch.hidden()),
        batch.rowsOf(index, angles.cos()),
        batch.rowsOf(index, angles.sin()),
        batch.indices(rows),
        batch.biasOf(index, rows),
        layer,
        fused);
  }

  /** The same in operations that gradients go through. */
  void plain(RaggedBatch batch, int from, int to) {
    for (int layer = from; layer < to; layer++) {
      batch.enter(layer);
      batch.hidden(layers.get(layer).plain(batch));
    }
  }
}
