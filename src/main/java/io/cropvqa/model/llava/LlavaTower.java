package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.vision.VisionTower;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.TorchOps;
import java.util.Optional;

/** The vision tower and the projector of two layers: one square picture to its tokens. */
public final class LlavaTower {
  private final LlavaConfig config;
  private final VisionTower visionTower;
  private final Linear linear1;
  private final Linear linear2;

  public LlavaTower(LlavaConfig config, Weights weights) {
    this.config = config;
    visionTower =
        new VisionTower(
            config.vision(), config.visionFeatureLayer(), weights, LlavaWeightNames.TOWER);
    int seen = config.vision().hiddenSize();
    int hidden = config.text().hiddenSize();
    boolean bias = config.projectorBias();
    linear1 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_1", seen, hidden, bias);
    linear2 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_2", hidden, hidden, bias);
  }

  /**
   * A picture's tokens.
   *
   * @param tokens [N, decoder's D]
   * @param view what the tower attended to
   */
  public record Tokens(NDArray tokens, Optional<EncoderView> view) {}

  /**
   * @param pixels [3, side, side]
   * @param memory owns what is given back
   */
  public Tokens forward(float[] pixels, NDManager memory) {
    int side = config.vision().imageSize();
    try (NDManager step = memory.newSubManager()) {
      VisionTower.States states =
          visionTower.forward(step.create(pixels, new Shape(1, 3, side, side))); // [T, D]
      NDArray hidden = states.hidden();
      NDArray features = TorchOps.slice(hidden, 0, config.hiddenTokens(), hidden.size(0)); // [N, D]
      NDArray projected = project(features);
      projected.attach(memory);
      states.lastInput().attach(memory);
      return new Tokens(projected, visionTower.view(states.lastInput(), config.hiddenTokens()));
    }
  }

  /** The modality projector: [N, tower's D] to [N, decoder's D]. */
  private NDArray project(NDArray features) {
    return linear2.forward(config.projectorHiddenAct().apply(linear1.forward(features)));
  }
}
