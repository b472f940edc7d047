package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CLIP's vision transformer up to the layer whose states are used; later layers are never read.
 * Source: transformers, {@code CLIPVisionModel}.
 */
final class ClipVisionTower {
  private final ClipVisionConfig config;
  private final NDArray classEmbedding; // [1, D]
  private final NDArray patchEmbedding; // [D, 3, P, P]
  private final NDArray positionEmbedding; // [1 + N, D]
  private final LayerNorm preLayerNorm;
  private final List<ClipEncoderLayer> layers = new ArrayList<>();

  /**
   * @param prefix of the tower's weights, such as {@code model.vision_tower}
   * @param featureLayer index into the hidden states, the embeddings being 0; negative counts from
   *     the last
   */
  ClipVisionTower(ClipVisionConfig config, int featureLayer, Weights weights, String prefix) {
    this.config = config;
    int hidden = config.hiddenSize();
    int patch = config.patchSize();
    int tokens = config.side() * config.side() + 1;
    String embeddings = prefix + ".embeddings";
    classEmbedding = weights.get(embeddings + ".class_embedding", hidden).expandDims(0);
    patchEmbedding = weights.get(embeddings + ".patch_embedding.weight", hidden, 3, patch, patch);
    positionEmbedding = weights.get(embeddings + ".position_embedding.weight", tokens, hidden);
    weights.ignore(embeddings + ".position_ids"); // a buffer that old versions saved
    preLayerNorm = LayerNorm.read(weights, prefix + ".pre_layrnorm", hidden, config.layerNormEps());
    int used = featureLayer < 0 ? config.numHiddenLayers() + 1 + featureLayer : featureLayer;
    if (used < 0 || used > config.numHiddenLayers()) {
      throw new IllegalArgumentException(
          "config.json: vision_feature_layer = %d, but vision_config num_hidden_layers = %d"
              .formatted(featureLayer, config.numHiddenLayers()));
    }
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      ClipEncoderLayer layer =
          new ClipEncoderLayer(config, weights, prefix + ".encoder.layers." + i);
      if (i < used) {
        layers.add(layer);
      }
    }
    LayerNorm.read(weights, prefix + ".post_layernorm", hidden, config.layerNormEps());
  }

  /**
   * The tower's states, the class token first.
   *
   * @param hidden what the last used layer made, [1 + N, D]
   * @param lastInput what it read, [1 + N, D]
   */
  record States(NDArray hidden, NDArray lastInput) {}

  /** [1, 3, H, W] to [1 + N, D]. */
  States forward(NDArray pixels) {
    NDArray patches = TorchOps.patchify(pixels, patchEmbedding, null); // [1, D, rows, columns]
    NDArray rows = patches.reshape(config.hiddenSize(), -1).transpose(); // [N, D]
    NDArray classToken = classEmbedding.duplicate();
    classToken.attach(rows.getManager());
    NDArray hidden = classToken.concat(rows, 0).add(positionEmbedding); // [1 + N, D]
    hidden = preLayerNorm.forward(hidden);
    NDArray lastInput = hidden;
    for (ClipEncoderLayer layer : layers) {
      lastInput = hidden;
      hidden = layer.forward(hidden);
    }
    return new States(hidden, lastInput);
  }

  /**
   * What the last used layer attended to; empty where the embeddings themselves are the features.
   *
   * @param lastInput see {@link States}; lives as long as the view
   * @param dropClassToken whether the class token is no visual token
   */
  Optional<EncoderView> view(NDArray lastInput, boolean dropClassToken) {
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ClipEncoderView(layers.get(layers.size() - 1), lastInput, dropClassToken ? 1 : 0));
  }
}
