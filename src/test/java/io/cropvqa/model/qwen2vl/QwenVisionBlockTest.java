package io.cropvqa.model.qwen2vl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.processing.PatchSizes;
import io.cropvqa.tensor.Torch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QwenVisionBlockTest {
  private static final int PATCHES = 12;
  private static final QwenVisionConfig CONFIG =
      new QwenVisionConfig(1, 16, 32, 2, 16, new PatchSizes(4, 2, 2), 1e4, Activation.QUICK_GELU);

  /** A tower of many layers needs no more memory for a large picture than its largest layer. */
  @Test
  void nothingOutlivesALayerButWhatItMakes() {
    try (NDManager root = Torch.open(Device.cpu());
        NDManager step = root.newSubManager()) {
      QwenVisionBlock block =
          new QwenVisionBlock(
              CONFIG,
              new LayerNormBlocks(CONFIG),
              (name, shape) -> root.randomNormal(new Shape(shape)),
              "blocks.0");
      int[] places = IntStream.range(0, PATCHES).toArray();
      RotaryEmbedding.Angles angles =
          new RotaryEmbedding(new float[] {1, .1f, 1, .1f}, List.of(2, 2))
              .at(Positions.onAxes(new int[][] {places, places}), step);
      NDArray hidden = step.randomNormal(new Shape(PATCHES, CONFIG.hiddenSize()));
      int before = step.getManagedArrays().size();
      NDArray made = block.forward(hidden, angles, new int[] {4, 8});
      assertThat(made.getManager()).isSameAs(step);
      assertThat(made.getShape()).isEqualTo(hidden.getShape());
      assertThat(step.getManagedArrays()).hasSize(before + 1);
    }
  }
}
