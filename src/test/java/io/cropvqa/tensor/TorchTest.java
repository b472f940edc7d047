package io.cropvqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices by name, and the operations that no network's parity test shows alone. */
class TorchTest {
  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void cpuIsAlwaysThere() {
    assertThat(Torch.device("cpu")).isEqualTo(Device.cpu());
    assertThat(Torch.device("CPU")).isEqualTo(Device.cpu());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cuda", "gpu:", "gpu:-1", "gpu:x", "cpu:0", "gpu:99999999999"})
  void unknownDeviceIsNamed(String device) {
    assertThatThrownBy(() -> Torch.device(device))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("device must be cpu, gpu or gpu:N, got " + device);
  }

  @Test
  void gpuThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Torch.device("gpu:999"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device gpu:999 is not there: PyTorch sees ");
  }

  /** Rows belong to the index, so that they die with the step and not with the weights. */
  @Test
  void rowsAreCopiedIntoTheScopeOfTheIndex() {
    NDArray table = scope.arange(24f).reshape(4, 3, 2);
    try (NDManager step = scope.newSubManager()) {
      NDArray picked = TorchOps.rows(step.create(new long[] {3, 0, 3}), table);
      assertThat(picked.getShape()).isEqualTo(new Shape(3, 3, 2));
      assertThat(picked.toFloatArray())
          .containsExactly(18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23);
      assertThat(picked.getManager()).isEqualTo(step);
    }
    assertThat(table.toFloatArray()).hasSize(24);
  }

  @Test
  void linearIsAnAffineMap() {
    NDArray x = scope.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
    NDArray weight = scope.create(new float[] {1, 0, 0, 1, 1, 1}, new Shape(3, 2));
    NDArray bias = scope.create(new float[] {10, 20, 30});
    assertThat(TorchOps.linear(x, weight, null).toFloatArray()).containsExactly(1, 2, 3, 3, 4, 7);
    assertThat(TorchOps.linear(x, weight, bias).toFloatArray())
        .containsExactly(11, 22, 33, 13, 24, 37);
  }

  /**
   * Row by row, of each patch channel after channel; the fifth row and column are no whole patch.
   */
  @Test
  void patchesAreCutWithoutOverlap() {
    NDArray pixels = scope.arange(50f).reshape(1, 2, 5, 5);
    NDArray patches = TorchOps.patches(pixels, 2);
    assertThat(patches.getShape()).isEqualTo(new Shape(4, 8));
    assertThat(patches.get(0).toFloatArray()).containsExactly(0, 1, 5, 6, 25, 26, 30, 31);
    assertThat(patches.get(1).toFloatArray()).containsExactly(2, 3, 7, 8, 27, 28, 32, 33);
    assertThat(patches.get(2).toFloatArray()).containsExactly(10, 11, 15, 16, 35, 36, 40, 41);
    assertThat(patches.get(3).toFloatArray()).containsExactly(12, 13, 17, 18, 37, 38, 42, 43);
  }

  @Test
  void layerNormCentresAndScales() {
    NDArray x = scope.create(new float[] {1, 3, 5, 7}, new Shape(1, 4));
    NDArray weight = scope.create(new float[] {1, 1, 1, 2});
    NDArray bias = scope.create(new float[] {0, 0, 0, 1});
    float[] normed = TorchOps.layerNorm(x, weight, bias, 0).toFloatArray();
    double deviation = Math.sqrt(5);
    double[] expected = {-3 / deviation, -1 / deviation, 1 / deviation, 6 / deviation + 1};
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) normed[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  /** x times the normal distribution: its values at 0, 1 and -1. */
  @Test
  void geluIsTheExactOne() {
    float[] values = TorchOps.gelu(scope.create(new float[] {0, 1, -1})).toFloatArray();
    assertThat(values[0]).isZero();
    assertThat(values[1]).isCloseTo(0.8413447f, within(1e-6f));
    assertThat(values[2]).isCloseTo(-0.1586553f, within(1e-6f));
  }

  /** Four heads, each two of which share a head of keys and values. */
  @ParameterizedTest
  @ValueSource(strings = {"causal", "all", "biased"})
  void attentionThatGradientsGoThroughIsTheSame(String kind) {
    NDArray q = scope.randomNormal(new Shape(1, 4, 5, 3));
    NDArray k = scope.randomNormal(new Shape(1, 2, 5, 3));
    NDArray v = scope.randomNormal(new Shape(1, 2, 5, 3));
    NDArray bias = scope.randomNormal(new Shape(5, 5));
    float[] fused = attention(kind, q, k, v, bias).toFloatArray();
    float[] plain = new float[fused.length];
    for (NDArray one : new NDArray[] {q, k, v}) {
      one.setRequiresGradient(true);
    }
    Autograd.backward(
        () -> {
          NDArray tracked = attention(kind, q, k, v, bias);
          System.arraycopy(tracked.toFloatArray(), 0, plain, 0, plain.length);
          return tracked.square().sum();
        });
    for (int i = 0; i < fused.length; i++) {
      assertThat(plain[i]).isCloseTo(fused[i], within(1e-5f));
    }
    for (NDArray one : new NDArray[] {q, k, v}) {
      assertThat(Autograd.gradient(one).abs().sum().getFloat()).isPositive();
    }
  }

  private static NDArray attention(String kind, NDArray q, NDArray k, NDArray v, NDArray bias) {
    return kind.equals("biased")
        ? TorchOps.attention(q, k, v, bias)
        : TorchOps.attention(q, k, v, kind.equals("causal"));
  }
}
