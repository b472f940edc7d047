package io.cropvqa.model.qwen2vl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.PatchSizes;
import io.cropvqa.model.processing.ProcessedImage;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.TorchOps;
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
          .from(Optional.of(new View(states.lastInput(), rows, columns)));
    }
  }

  /** What the tower's last layer attended to, computed again when it is asked for. */
  private final class View implements EncoderView {
    private final NDArray lastInput;
    private final int rows;
    private final int columns;

    View(NDArray lastInput, int rows, int columns) {
      this.lastInput = lastInput;
      this.rows = rows;
      this.columns = columns;
    }

    @Override
    public float[] attention() {
      try (NDManager step = lastInput.getManager().newSubManager()) {
        return tower.attentionReceived(copied(step), rows, columns);
      }
    }

    @Override
    public NDArray keys(NDManager scope) {
      try (NDManager step = scope.newSubManager()) {
        NDArray keys = tower.meanKeys(copied(step), rows, columns);
        keys.attach(scope);
        return keys;
      }
    }

    @Override
    public EncoderView in(NDManager scope) {
      return new View(TorchOps.view(lastInput, scope), rows, columns);
    }

    @Override
    public long bytes() {
      return lastInput.size() * lastInput.getDataType().getNumOfBytes();
    }

    private NDArray copied(NDManager step) {
      NDArray copy = lastInput.duplicate(); // results belong to the first operand's manager
      copy.attach(step);
      return copy;
    }
  }
}
