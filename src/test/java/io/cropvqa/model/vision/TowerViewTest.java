package io.cropvqa.model.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.tensor.Torch;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TowerViewTest {
  private static final int TOKENS = 300; // more than the band that is held at once
  private static final VisionConfig CONFIG =
      new VisionConfig(false, 8, 12, 1, 2, 300, 1, 1e-6, Activation.GELU);

  private NDManager root;
  private EncoderLayer layer;
  private NDArray input;

  @BeforeEach
  void open() {
    root = Torch.open(Device.cpu());
    Random random = new Random(7);
    layer = new EncoderLayer(CONFIG, (name, shape) -> random(random, shape), "layer");
    input = random(random, TOKENS, 8);
  }

  @AfterEach
  void close() {
    root.close();
  }

  private NDArray random(Random random, long... shape) {
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return root.create(values, new Shape(shape));
  }

  /** What all tokens attend to is the mean of what each alone does. */
  @Test
  void withoutAClassTokenAttentionIsWhatAllPatchesGive() {
    float[] received = TowerView.of(layer, input, false, 0).attention();
    double[] mean = new double[TOKENS];
    for (int token = 0; token < TOKENS; token++) {
      float[] ofOne = layer.attentionOfFirst(withFirst(token)).toFloatArray();
      for (int key = 0; key < TOKENS; key++) {
        mean[key] += ofOne[swapped(key, token)] / TOKENS;
      }
    }
    for (int key = 0; key < TOKENS; key++) {
      assertThat((double) received[key]).isCloseTo(mean[key], within(1e-6));
    }
  }

  /** The tokens with one of them in the first one's place, and that in its. */
  private NDArray withFirst(int token) {
    long[] order = new long[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      order[i] = swapped(i, token);
    }
    return input.get(root.create(order));
  }

  private static int swapped(int token, int first) {
    return token == 0 ? first : token == first ? 0 : token;
  }

  @Test
  void withAClassTokenAttentionIsWhatItGivesToThePatches() {
    float[] ofPatches = TowerView.of(layer, input, true, 1).attention();
    assertThat(ofPatches).hasSize(TOKENS - 1);
    assertThat(ofPatches[0]).isEqualTo(layer.attentionOfFirst(input).toFloatArray()[1]);
  }

  @Test
  void keysAreThoseOfTheVisualTokens() {
    assertThat(TowerView.of(layer, input, false, 0).keys(root).getShape())
        .isEqualTo(new Shape(TOKENS, 4));
    assertThat(TowerView.of(layer, input, true, 1).keys(root).getShape())
        .isEqualTo(new Shape(TOKENS - 1, 4));
  }
}
