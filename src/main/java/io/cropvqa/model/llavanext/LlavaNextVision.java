package io.cropvqa.model.llavanext;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.llava.LlavaConfig;
import io.cropvqa.model.llava.LlavaTower;
import io.cropvqa.model.processing.AnyResolutionImage;
import io.cropvqa.model.processing.AnyResolutionProcessor;
import io.cropvqa.model.vision.PickedView;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** The whole image's tokens, then those of its tiles as one grid. */
final class LlavaNextVision implements VisionEncoder {
  private static final ImageBox WHOLE = new ImageBox(0, 0, 1, 1);

  private final LlavaConfig config;
  private final AnyResolutionProcessor processor;
  private final LlavaTower tower;
  private final NDArray imageNewline; // [1, D]

  LlavaNextVision(LlavaConfig config, AnyResolutionProcessor processor, Weights weights) {
    this.config = config;
    this.processor = processor;
    tower = new LlavaTower(config, weights);
    imageNewline = weights.get("image_newline", config.text().hiddenSize()).expandDims(0);
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    AnyResolutionImage processed = processor.process(image);
    int side = config.vision().side();
    TileGrid tiles = TileGrid.of(processed, side);
    long[] index =
        LongStream.concat(LongStream.range(0, (long) side * side), LongStream.of(tiles.index(1)))
            .toArray();
    NDList tokens = new NDList();
    List<EncoderView> views = new ArrayList<>();
    try (NDManager step = memory.newSubManager()) {
      for (float[] picture : processed.pictures()) {
        LlavaTower.Tokens seen = tower.forward(picture, memory);
        seen.tokens().attach(step);
        tokens.add(seen.tokens());
        seen.view().ifPresent(views::add);
      }
      NDArray picked = TorchOps.rows(step.create(index), TorchOps.joined(tokens)); // [N, D]
      picked.attach(memory);
      PatchGrid whole = new PatchGrid(side, side, WHOLE.upperLeft(config.vision().seen()));
      return VisualTokens.all(picked, VisualLayout.of(whole, tiles.grid()))
          .from(views.isEmpty() ? Optional.empty() : Optional.of(new PickedView(views, index, 1)));
    }
  }

  @Override
  public Optional<NDArray> rowEnd() {
    return Optional.of(imageNewline);
  }
}
