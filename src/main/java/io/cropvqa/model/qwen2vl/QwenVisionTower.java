package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The vision transformer and the merger that makes one token of each block of patches. Source:
 * transformers, {@code Qwen2VisionTransformerPretrainedModel} and {@code
 * Qwen2_5_VisionTransformerPretrainedModel}.
 *
 * <p>Patches come block by block, blocks row by row; inside, blocks go window by window.
 */
final class QwenVisionTower {
  private final QwenVisionConfig config;
  private final BlockParts parts;
  private final Linear patchEmbed;
  private final RotaryEmbedding rotary;
  private final List<QwenVisionBlock> blocks = new ArrayList<>();
  private final UnaryOperator<NDArray> mergerNorm;
  private final Linear merger0;
  private final Linear merger2;

  /**
   * @param prefix of the tower's weights
   */
  QwenVisionTower(QwenVisionConfig config, BlockParts parts, WeightSource weights, String prefix) {
    this.config = config;
    this.parts = parts;
    int hidden = config.hiddenSize();
    int patch = config.patches().patch();
    int frames = config.patches().temporal();
    NDArray proj =
        weights.get(prefix + ".patch_embed.proj.weight", hidden, 3, frames, patch, patch);
    patchEmbed = new Linear(proj.reshape(hidden, -1), null); // a convolution without overlap
    rotary = rotary();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(new QwenVisionBlock(config, parts, weights, prefix + ".blocks." + i));
    }
    int merged = hidden * config.patchesOfToken();
    String merger = prefix + ".merger";
    mergerNorm = parts.norm(weights, merger + ".ln_q");
    merger0 = Linear.read(weights, merger + ".mlp.0", merged, merged, true);
    merger2 = Linear.read(weights, merger + ".mlp.2", merged, config.outHiddenSize(), true);
  }

  /** The first half of the frequencies turns by the patch's row, the second by its column. */
  private RotaryEmbedding rotary() {
    int quarter = config.headDim() / 4;
    float[] frequencies = new float[2 * quarter];
    for (int i = 0; i < quarter; i++) {
      double frequency = 1 / Math.pow(config.ropeTheta(), (double) i / quarter);
      frequencies[i] = frequencies[quarter + i] = (float) frequency;
    }
    return new RotaryEmbedding(frequencies, List.of(quarter, quarter));
  }

  /**
   * What the tower makes of a picture.
   *
   * @param tokens [N, D of the decoder], row by row
   * @param lastInput what the last layer read, [T, D], window by window
   */
  record States(NDArray tokens, NDArray lastInput) {}

  /**
   * @param patches [T, 3 * frames * P * P]
   * @param rows of tokens
   * @param columns of tokens
   */
  States forward(NDArray patches, int rows, int columns) {
    NDManager step = patches.getManager();
    Windows windows = parts.windows(rows, columns);
    int[] order = patchesOf(windows.order());
    RotaryEmbedding.Angles angles = angles(columns, order, step);
    NDArray hidden = pick(order, patchEmbed.forward(patches)); // [T, D]
    NDArray lastInput = hidden;
    for (int layer = 0; layer < blocks.size(); layer++) {
      if (lastInput != hidden) {
        lastInput.close();
      }
      lastInput = hidden;
      hidden = blocks.get(layer).forward(hidden, angles, windowsOf(layer, windows));
    }
    NDArray merged = merge(mergerNorm.apply(hidden)); // [N, 4 D]
    NDArray tokens = merger2.forward(Activation.GELU.apply(merger0.forward(merged)));
    return new States(pick(windows.places(), tokens), lastInput);
  }

  private NDArray merge(NDArray hidden) {
    return hidden.reshape(-1, (long) config.patchesOfToken() * config.hiddenSize());
  }

  private static NDArray pick(int[] rows, NDArray all) {
    long[] index = IntStream.of(rows).asLongStream().toArray();
    return TorchOps.rows(all.getManager().create(index), all);
  }

  /** The patches of some tokens. */
  private int[] patchesOf(int[] tokens) {
    int unit = config.patchesOfToken();
    return IntStream.of(tokens)
        .flatMap(token -> IntStream.range(token * unit, (token + 1) * unit))
        .toArray();
  }

  private int[] windowsOf(int layer, Windows windows) {
    int patches = windows.order().length * config.patchesOfToken();
    return parts.seesAll(layer)
        ? new int[] {patches}
        : IntStream.of(windows.sizes()).map(size -> size * config.patchesOfToken()).toArray();
  }

  private RotaryEmbedding.Angles angles(int columns, int[] order, NDManager step) {
    int merge = config.patches().merge();
    int unit = config.patchesOfToken();
    int[][] axes = new int[2][order.length];
    for (int i = 0; i < order.length; i++) {
      int token = order[i] / unit;
      int within = order[i] % unit;
      axes[0][i] = token / columns * merge + within / merge;
      axes[1][i] = token % columns * merge + within % merge;
    }
    return rotary.at(Positions.onAxes(axes), step);
  }

  /**
   * How strongly each token's patches are attended to in the last layer, on average, [N], row by
   * row.
   */
  float[] attentionReceived(NDArray lastInput, int rows, int columns) {
    Windows windows = parts.windows(rows, columns);
    RotaryEmbedding.Angles angles =
        angles(columns, patchesOf(windows.order()), lastInput.getManager());
    float[] ofPatches =
        last().attentionReceived(lastInput, angles, windowsOf(blocks.size() - 1, windows));
    float[] ofTokens = new float[windows.order().length];
    for (int i = 0; i < ofPatches.length; i++) {
      int token = windows.order()[i / config.patchesOfToken()];
      ofTokens[token] += ofPatches[i] / config.patchesOfToken();
    }
    return ofTokens;
  }

  /** Attention keys of the last layer, averaged over heads and a token's patches: [N, d]. */
  NDArray meanKeys(NDArray lastInput, int rows, int columns) {
    Windows windows = parts.windows(rows, columns);
    RotaryEmbedding.Angles angles =
        angles(columns, patchesOf(windows.order()), lastInput.getManager());
    NDArray ofPatches = last().meanKeys(lastInput, angles); // [T, d]
    NDArray ofTokens = ofPatches.reshape(rows * columns, config.patchesOfToken(), -1);
    return pick(windows.places(), ofTokens.mean(new int[] {1}));
  }

  private QwenVisionBlock last() {
    return blocks.get(blocks.size() - 1);
  }
}
