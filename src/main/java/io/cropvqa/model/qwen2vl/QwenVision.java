package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.PatchSizes;
import io.cropvqa.model.processing.ProcessedImage;
import io.cropvqa.model.vision.RecomputedView;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import java.util.Optional;

/** A picture of any shape to one grid of tokens of its shape. */
final class QwenVision implements VisionEncoder {
  private final PatchSizes sizes;
  private final ImageProcessor imageProcessor;
  private final QwenVisionTower tower;

  QwenVision(QwenVisionConfig config, ImageProcessor imageProcessor, QwenVisionTower tower) {
    this.sizes = config.patches();
    this.imageProcessor = imageProcessor;
    this.tower = tower;
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    ProcessedImage processed = imageProcessor.process(image);
    int rows = processed.height() / sizes.block();
    int columns = processed.width() / sizes.block();
    try (NDManager step = memory.newSubManager()) {
      Shape shape = new Shape((long) rows * columns * sizes.merge() * sizes.merge(), -1);
      NDArray patches = step.create(Patches.of(processed, sizes)).reshape(shape);
      QwenVisionTower.States states = tower.forward(patches, rows, columns);
      states.tokens().attach(memory);
      states.lastInput().attach(memory);
      PatchGrid grid = new PatchGrid(rows, columns, processed.canvas());
      return VisualTokens.all(states.tokens(), VisualLayout.of(grid))
          .from(Optional.of(view(states.lastInput(), rows, columns)));
    }
  }

  /** What the tower's last layer attended to. */
  private EncoderView view(NDArray lastInput, int rows, int columns) {
    return new RecomputedView(
        lastInput,
        states -> tower.attentionReceived(states, rows, columns),
        states -> tower.meanKeys(states, rows, columns));
  }
}
