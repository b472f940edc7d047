package io.cropvqa.model.smolvlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionEncoder;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.processing.SplitImage;
import io.cropvqa.model.processing.SplittingProcessor;
import io.cropvqa.model.vision.PickedView;
import io.cropvqa.model.vision.VisionTower;
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

/** Each tile's tokens, then the whole image's. */
final class SmolVlmVision implements VisionEncoder {
  private static final int LAST_LAYER = -1;

  private final SplittingProcessor processor;
  private final VisionTower tower;
  private final Linear proj;
  private final PixelShuffle shuffle;
  private final double seen; // how much of each side of a tile the patches cover

  SmolVlmVision(SmolVlmConfig config, SplittingProcessor processor, Weights weights) {
    this.processor = processor;
    int tile = processor.sizes().tile();
    int patch = config.vision().patchSize();
    int patches = tile / patch;
    tower =
        new VisionTower(
            config.vision(),
            LAST_LAYER,
            weights,
            "model.vision_model",
            PositionBuckets.of(patches, config.vision().side()));
    shuffle = new PixelShuffle(patches, config.scaleFactor());
    seen = (double) patches * patch / tile;
    proj =
        Linear.read(
            weights,
            "model.connector.modality_projection.proj",
            config.vision().hiddenSize() * shuffle.members(),
            config.text().hiddenSize(),
            false);
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    SplitImage split = processor.process(image);
    int tile = processor.sizes().tile();
    NDList tokens = new NDList();
    List<EncoderView> views = new ArrayList<>();
    try (NDManager step = memory.newSubManager()) {
      for (float[] picture : split.pictures()) {
        try (NDManager one = memory.newSubManager()) {
          VisionTower.States states =
              tower.forward(one.create(picture, new Shape(1, 3, tile, tile))); // [T, D]
          NDArray shuffled = shuffle.forward(tower.postLayerNorm(states.hidden()));
          NDArray projected = proj.forward(shuffled); // [T / members, decoder's D]
          projected.attach(step);
          tokens.add(projected);
          states.lastInput().attach(memory);
          tower.view(states.lastInput(), 0).ifPresent(views::add);
        }
      }
      NDArray all = TorchOps.joined(tokens); // [N, D]
      all.attach(memory);
      return VisualTokens.all(all, layout(split)).from(Optional.of(view(views)));
    }
  }

  private EncoderView view(List<EncoderView> pictures) {
    long[] one = shuffle.index();
    long[] index =
        LongStream.range(0, pictures.size())
            .flatMap(picture -> LongStream.of(one).map(token -> picture * one.length + token))
            .toArray();
    return new PickedView(pictures, index, shuffle.members());
  }

  private VisualLayout layout(SplitImage split) {
    List<PatchGrid> grids = new ArrayList<>();
    PatchGrid tiles = new PatchGrid(split.rows(), split.columns(), new ImageBox(0, 0, 1, 1));
    for (int i = 0; i < split.rows() * split.columns(); i++) {
      grids.add(grid(tiles.box(i)));
    }
    grids.add(grid(tiles.canvas()));
    return new VisualLayout(grids);
  }

  private PatchGrid grid(ImageBox canvas) {
    return new PatchGrid(shuffle.side(), shuffle.side(), canvas.upperLeft(seen));
  }
}
