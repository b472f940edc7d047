package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.FusedLayers;
import io.cropvqa.tensor.LayerStack;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A vision transformer up to the layer whose states are used; later layers are never run. Source:
 * transformers, {@code CLIPVisionModel} and {@code SiglipVisionModel}.
 */
public final class VisionTower {
  private final VisionConfig config;
  private final Linear patchEmbedding; // of a patch's 3 * P * P numbers
  private final NDArray positionEmbedding; // [T, D]
  private final LayerNorm postLayerNorm;
  private final NDArray classEmbedding; // [1, D], CLIP's
  private final LayerNorm preLayerNorm; // CLIP's
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final LayerStack fused;

  /**
   * @param prefix of the tower's weights, such as {@code model.vision_tower}
   * @param featureLayer index into the hidden states, the embeddings being 0; negative counts from
   *     the last
   */
  public VisionTower(VisionConfig config, int featureLayer, Weights weights, String prefix) {
    this(config, featureLayer, weights, prefix, config.positions());
  }

  /**
   * @param positionIds for each token of a picture, which may be smaller than the tower has
   *     positions for
   */
  public VisionTower(
      VisionConfig config, int featureLayer, Weights weights, String prefix, long[] positionIds) {
    this.config = config;
    int hidden = config.hiddenSize();
    int patch = config.patchSize();
    boolean clip = config.hasClassToken();
    String embeddings = prefix + ".embeddings";
    String conv = embeddings + ".patch_embedding";
    patchEmbedding =
        new Linear(
            weights.get(conv + ".weight", hidden, 3, patch, patch).reshape(hidden, -1),
            clip ? null : weights.get(conv + ".bias", hidden));
    NDArray positions =
        weights.get(embeddings + ".position_embedding.weight", config.tokens(), hidden);
    positionEmbedding = TorchOps.rows(positions.getManager().create(positionIds), positions);
    weights.ignore(embeddings + ".position_ids"); // a buffer that old versions saved
    classEmbedding =
        clip ? weights.get(embeddings + ".class_embedding", hidden).expandDims(0) : null;
    double epsilon = config.layerNormEps();
    preLayerNorm = clip ? LayerNorm.read(weights, prefix + ".pre_layrnorm", hidden, epsilon) : null;
    int used = used(featureLayer);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      EncoderLayer layer = new EncoderLayer(config, weights, prefix + ".encoder.layers." + i);
      if (i < used) {
        layers.add(layer);
      }
    }
    fused = layers.isEmpty() ? null : fused();
    postLayerNorm = LayerNorm.read(weights, prefix + ".post_layernorm", hidden, epsilon);
    weights.ignoreAll(prefix + ".head."); // SigLIP's pooling, for comparing pictures with texts
  }

  private LayerStack fused() {
    return LayerStack.of(
        layers.stream().map(EncoderLayer::fused).toList(),
        config.layerNormEps(),
        config.hiddenAct().hiddenAct());
  }

  private int used(int featureLayer) {
    int layers = config.numHiddenLayers();
    int used = featureLayer < 0 ? layers + 1 + featureLayer : featureLayer;
    if (used < 0 || used > layers) {
      throw new IllegalArgumentException(
          "config.json: vision_feature_layer = %d, but vision_config num_hidden_layers = %d"
              .formatted(featureLayer, layers));
    }
    return used;
  }

  /**
   * The tower's states, a class token first.
   *
   * @param hidden what the last used layer made, [T, D]
   * @param lastInput what it read, [T, D]
   */
  public record States(NDArray hidden, NDArray lastInput) {}

  /** [1, 3, H, W] to [T, D]. */
  public States forward(NDArray pixels) {
    NDArray embedded = embed(pixels);
    if (layers.isEmpty()) {
      return new States(embedded, embedded);
    }
    NDList states = FusedLayers.encoder(embedded, config.numAttentionHeads(), fused);
    return new States(states.get(0), states.get(1));
  }

  /** What comes after the last layer, for families whose features are its states: [T, D]. */
  public NDArray postLayerNorm(NDArray hidden) {
    return postLayerNorm.forward(hidden);
  }

  private NDArray embed(NDArray pixels) {
    NDArray rows = patchEmbedding.forward(TorchOps.patches(pixels, config.patchSize())); // [N, D]
    if (!config.hasClassToken()) {
      return rows.add(positionEmbedding);
    }
    NDArray classToken = classEmbedding.duplicate();
    classToken.attach(rows.getManager());
    return preLayerNorm.forward(classToken.concat(rows, 0).add(positionEmbedding)); // [1 + N, D]
  }

  /**
   * What the last used layer attended to; empty where the embeddings themselves are the features.
   *
   * @param lastInput see {@link States}; lives as long as the view
   * @param hidden leading tokens that are no visual tokens: 1 where the class token is dropped
   */
  public Optional<EncoderView> view(NDArray lastInput, int hidden) {
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            TowerView.of(layers.get(layers.size() - 1), lastInput, config.hasClassToken(), hidden));
  }
}
