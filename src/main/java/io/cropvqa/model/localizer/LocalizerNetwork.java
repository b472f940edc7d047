package io.cropvqa.model.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.layers.Fused;
import io.cropvqa.model.layers.LayerNorm;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.FusedLayers;
import io.cropvqa.tensor.FusedLayers.LocalizerEdges;
import io.cropvqa.tensor.FusedLayers.LocalizerInput;
import io.cropvqa.tensor.LayerStack;
import java.util.ArrayList;
import java.util.List;

/**
 * From a picture's visual tokens and a question's words to logits of the region's four edges. The
 * same code trains and answers: gradients go through where a loss is computed.
 *
 * <p>Over the N patches nothing is computed but their projection, one product with the words, and
 * each block's keys and values.
 */
public final class LocalizerNetwork {
  private static final double EPSILON = 1e-5;

  private final LocalizerConfig config;
  private final LayerNorm patchNorm;
  private final Linear patchProj;
  private final LayerNorm memoryNorm;
  private final LayerNorm wordNorm;
  private final Linear wordProj;
  private final NDArray edges; // [4, W]
  private final List<CrossAttentionBlock> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final NDArray head; // [4, W, 8]
  private final NDArray headBias; // [4, 1, 8]
  private final LocalizerEdges own;
  private final LayerStack fused;

  public LocalizerNetwork(LocalizerConfig config, WeightSource weights) {
    this.config = config;
    int seen = config.visualSize();
    int width = config.hiddenSize();
    patchNorm = norm(weights, "patch_norm", seen);
    patchProj = linear(weights, "patch_proj", seen, width);
    memoryNorm = norm(weights, "memory_norm", width);
    wordNorm = norm(weights, "word_norm", seen);
    wordProj = linear(weights, "word_proj", seen, width);
    edges = weights.get("edges", LocalizerConfig.EDGES, width);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      blocks.add(new CrossAttentionBlock(weights, "layers." + i, config));
    }
    norm = norm(weights, "norm", width);
    head = weights.get("head.weight", LocalizerConfig.EDGES, width, ContextualRegion.GRID);
    headBias = weights.get("head.bias", LocalizerConfig.EDGES, 1, ContextualRegion.GRID);
    own =
        new LocalizerEdges(
            edges, blocks.stream().map(CrossAttentionBlock::likeness).toList(), head, headBias);
    fused = fused();
  }

  private LayerStack fused() {
    List<LayerStack.Layer> layers = new ArrayList<>();
    layers.add(
        Fused.layer(List.of(patchNorm, memoryNorm, wordNorm, norm), List.of(patchProj, wordProj)));
    blocks.forEach(block -> layers.add(block.fused()));
    return LayerStack.of(layers, EPSILON, Activation.GELU.hiddenAct());
  }

  static Linear linear(WeightSource weights, String name, int in, int out) {
    return Linear.read(weights, name, in, out, true);
  }

  static LayerNorm norm(WeightSource weights, String name, int size) {
    return new LayerNorm(
        weights.get(name + ".weight", size), weights.get(name + ".bias", size), EPSILON);
  }

  public LocalizerConfig config() {
    return config;
  }

  /**
   * Logits of the edges.
   *
   * @param patches [P, N, D], visual tokens
   * @param positions [P, N, W], see {@link PositionEncoding#ofPatches}
   * @param words [B, T, D], word embeddings of the questions, those about one picture next to each
   *     other
   * @param bias [B, 1, 1, 4 + T], minus infinity where a question has no such word; null where all
   *     have T
   * @return [B, 4, 8], logits of the grid numbers of xmin, ymin, xmax, ymax; owned by {@code
   *     words}' manager
   * @throws IllegalArgumentException unless B is a multiple of P, and both widths are D
   */
  public NDArray forward(NDArray patches, NDArray positions, NDArray words, NDArray bias) {
    requireShapes(patches.getShape(), words.getShape());
    return Autograd.isTracking()
        ? plain(patches, positions, words, bias)
        : FusedLayers.localizer(
            new LocalizerInput(words, order(words), patches, positions, bias), own, fused);
  }

  /** The same in operations that gradients go through. */
  private NDArray plain(NDArray patches, NDArray positions, NDArray words, NDArray bias) {
    NDArray shown = patchProj.forward(patchNorm.forward(patches)); // [P, N, W]
    NDArray memory = memoryNorm.forward(shown.add(positions)); // [P, N, W]
    NDArray asked = wordProj.forward(wordNorm.forward(words)); // [B, T, W]
    NDArray similarity = similarity(shown, asked);
    NDArray x = withEdges(asked.add(order(words)), edges); // [B, 4 + T, W]
    for (CrossAttentionBlock block : blocks) {
      x = block.forward(x, memory, similarity, bias);
    }
    NDArray answers = norm.forward(x.get(":, :" + LocalizerConfig.EDGES)); // [B, 4, W]
    return answers.transpose(1, 0, 2).matMul(head).add(headBias).transpose(1, 0, 2);
  }

  private void requireShapes(Shape patches, Shape words) {
    if (words.get(0) % patches.get(0) != 0
        || patches.get(2) != config.visualSize()
        || words.get(2) != config.visualSize()) {
      throw new IllegalArgumentException(
          "patches %s and words %s don't fit together, or not to visual_size = %d"
              .formatted(patches, words, config.visualSize()));
    }
  }

  /** Where each word stands in its question: [1, T, W]. */
  private NDArray order(NDArray words) {
    int count = (int) words.getShape().get(1);
    Shape shape = new Shape(1, count, config.hiddenSize());
    return words.getManager().create(PositionEncoding.ofWords(count, config.hiddenSize()), shape);
  }

  /**
   * Four rows before each question's words: [B, T, W] to [B, 4 + T, W].
   *
   * @param first what they are, [4, W]; null for zeros
   */
  private static NDArray withEdges(NDArray words, NDArray first) {
    Shape shape = words.getShape();
    NDArray rows =
        words.getManager().zeros(new Shape(shape.get(0), LocalizerConfig.EDGES, shape.get(2)));
    return (first == null ? rows : rows.add(first)).concat(words, 1);
  }

  /**
   * Cosine of each word with each patch, 0 for the edges' rows: [P, 1, Q * (4 + T), N]. Where a
   * model's projector puts visual tokens near the words for what they show, this alone finds most
   * of what questions name.
   */
  private static NDArray similarity(NDArray patches, NDArray words) {
    long pictures = patches.getShape().get(0);
    NDArray rows = withEdges(words, null).reshape(pictures, -1, words.getShape().get(2));
    return unit(rows).matMul(unit(patches).transpose(0, 2, 1)).expandDims(1);
  }

  /** Each row brought to length 1. */
  private static NDArray unit(NDArray x) {
    return x.div(x.square().sum(new int[] {-1}, true).add((float) EPSILON).sqrt());
  }
}
