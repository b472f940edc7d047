package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.ProcessedImage;
import io.cropvqa.model.vision.VisionTower;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;

/** A square tower and a projector of two layers: one square grid, whatever the image's shape. */
final class LlavaVision implements VisionEncoder {
  private final LlavaConfig config;
  private final ImageProcessor imageProcessor;
  private final VisionTower visionTower;
  private final Linear linear1;
  private final Linear linear2;

  LlavaVision(LlavaConfig config, ImageProcessor imageProcessor, Weights weights) {
    this.config = config;
    this.imageProcessor = imageProcessor;
    visionTower =
        new VisionTower(
            config.vision(), config.visionFeatureLayer(), weights, LlavaWeightNames.TOWER);
    int seen = config.vision().hiddenSize();
    int hidden = config.text().hiddenSize();
    boolean bias = config.projectorBias();
    linear1 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_1", seen, hidden, bias);
    linear2 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_2", hidden, hidden, bias);
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    ProcessedImage processed = imageProcessor.process(image);
    try (NDManager step = memory.newSubManager()) {
      Shape shape = new Shape(1, 3, processed.height(), processed.width());
      VisionTower.States states =
          visionTower.forward(step.create(processed.pixels(), shape)); // [T, D]
      NDArray features = states.hidden().get(config.hiddenTokens() + ":"); // [N, D]
      NDArray projected = project(features);
      projected.attach(memory);
      states.lastInput().attach(memory);
      return VisualTokens.all(projected, layout(processed))
          .from(visionTower.view(states.lastInput(), config.hiddenTokens()));
    }
  }

  /** The modality projector: [N, tower's D] to [N, decoder's D]. */
  private NDArray project(NDArray features) {
    return linear2.forward(config.projectorHiddenAct().apply(linear1.forward(features)));
  }

  private VisualLayout layout(ProcessedImage processed) {
    int side = config.vision().side();
    double seen = (double) side * config.vision().patchSize() / config.vision().imageSize();
    return VisualLayout.of(
        new PatchGrid(config.classTokens(), side, side, 0, processed.canvas().upperLeft(seen)));
  }
}
