package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {
  private static final String Q = "model.layers.%d.self_attn.q_proj.weight";

  private final NDManager root = Torch.open(Device.cpu());

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void numbersAreNormalAlsoWhereTheyAreTiled() {
    NDArray weight = new RandomWeights(root, 1, 0).get("lm_head.weight", 1500, 1000);

    assertThat(weight.getShape()).isEqualTo(new Shape(1500, 1000));
    assertThat(weight.mean().getFloat()).isCloseTo(0, within(1e-4f));
    assertThat(weight.square().mean().sqrt().getFloat()).isCloseTo(0.02f, within(1e-4f));
    assertThat(weight.abs().max().getFloat()).isLessThan(0.2f);
    assertThat(weight.abs().sum(new int[] {1}).min().getFloat()).isGreaterThan(10);
  }

  @Test
  void normsAreOne() {
    NDArray norm = new RandomWeights(root, 1, 0).get("model.layers.3.input_layernorm.weight", 8);

    assertThat(norm.toFloatArray()).containsOnly(1).hasSize(8);
  }

  @Test
  void layersTakeTurnsWithTheSets() {
    RandomWeights weights = new RandomWeights(root, 2, 0);

    NDArray first = weights.get(Q.formatted(0), 4, 8);
    NDArray second = weights.get(Q.formatted(1), 4, 8);

    assertThat(weights.get(Q.formatted(2), 4, 8)).isSameAs(first);
    assertThat(weights.get(Q.formatted(11), 4, 8)).isSameAs(second);
    assertThat(second.toFloatArray()).isNotEqualTo(first.toFloatArray());
    assertThat(weights.bytes()).isEqualTo(2 * 4 * 8 * 4);
  }

  @Test
  void withAsManySetsAsLayersEachHasItsOwn() {
    RandomWeights weights = new RandomWeights(root, 12, 0);
    for (int layer = 0; layer < 12; layer++) {
      weights.get(Q.formatted(layer), 4, 8);
    }

    assertThat(weights.bytes()).isEqualTo(12 * 4 * 8 * 4);
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    float[] one = new RandomWeights(root, 1, 7).get("lm_head.weight", 3, 5).toFloatArray();

    assertThat(new RandomWeights(root, 1, 7).get("lm_head.weight", 3, 5).toFloatArray())
        .isEqualTo(one);
    assertThat(new RandomWeights(root, 1, 8).get("lm_head.weight", 3, 5).toFloatArray())
        .isNotEqualTo(one);
  }

  @Test
  void thereMustBeASet() {
    assertThatThrownBy(() -> new RandomWeights(root, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 set");
  }
}
