package io.cropvqa.model.llava;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.ProcessedImage;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;

/** One square grid, whatever the image's shape. */
final class LlavaVision implements VisionEncoder {
  private final LlavaConfig config;
  private final ImageProcessor imageProcessor;
  private final LlavaTower tower;

  LlavaVision(LlavaConfig config, ImageProcessor imageProcessor, LlavaTower tower) {
    this.config = config;
    this.imageProcessor = imageProcessor;
    this.tower = tower;
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    ProcessedImage processed = imageProcessor.process(image);
    LlavaTower.Tokens seen = tower.forward(processed.pixels(), memory);
    return VisualTokens.all(seen.tokens(), layout(processed)).from(seen.view());
  }

  private VisualLayout layout(ProcessedImage processed) {
    int side = config.vision().side();
    return VisualLayout.of(
        new PatchGrid(
            config.classTokens(),
            side,
            side,
            0,
            processed.canvas().upperLeft(config.vision().seen())));
  }
}
