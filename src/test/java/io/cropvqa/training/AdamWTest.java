package io.cropvqa.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private NDManager memory;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    memory.close();
  }

  /** loss = sum of slopes * weights, so that the slopes are the gradient. */
  private static double step(
      AdamW optimizer, int step, double rate, NDArray weights, NDManager memory, float... slopes) {
    try (NDManager scope = memory.newSubManager()) {
      NDArray gradient = scope.create(slopes, weights.getShape());
      Autograd.backward(() -> gradient.mul(weights).sum());
      return optimizer.update(step, rate, scope);
    }
  }

  /** The update rule of the paper's algorithm 2, number by number. */
  @Test
  void itIsTheFormula() {
    AdamW.Settings settings = new AdamW.Settings(0.9, 0.99, 1e-8, 0.1, 1000);
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {1, -2});
    NDArray weights = parameters.create("w.weight", 1, 2);
    AdamW optimizer = new AdamW(parameters, settings, memory, AdamW.ZEROS);
    double[] expected = {1, -2};
    double[] mean = new double[2];
    double[] square = new double[2];
    float[][] slopes = {{1, -3}, {0.5f, 4}, {-2, 0}, {10, 0.01f}};
    for (int step = 1; step <= slopes.length; step++) {
      double rate = 0.1 / step;
      step(optimizer, step, rate, weights, memory, slopes[step - 1]);
      for (int i = 0; i < 2; i++) {
        double gradient = slopes[step - 1][i];
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        square[i] = 0.99 * square[i] + 0.01 * gradient * gradient;
        expected[i] -= rate * 0.1 * expected[i];
        expected[i] -=
            rate
                * (mean[i] / (1 - Math.pow(0.9, step)))
                / (Math.sqrt(square[i] / (1 - Math.pow(0.99, step))) + 1e-8);
        assertThat(weights.toFloatArray()[i]).isCloseTo((float) expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void vectorsDoNotDecay() {
    AdamW.Settings settings = new AdamW.Settings(0.9, 0.99, 1e-8, 0.5, 1);
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {3});
    NDArray bias = parameters.create("w.bias", 1);
    AdamW optimizer = new AdamW(parameters, settings, memory, AdamW.ZEROS);
    step(optimizer, 1, 0.1, bias, memory, 0);
    assertThat(bias.toFloatArray()).containsExactly(3);
  }

  /** Twice as long a gradient as allowed counts as half of it: in the running mean it shows. */
  @Test
  void longGradientsAreCut() {
    AdamW.Settings settings = new AdamW.Settings(0.9, 0.99, 1e-8, 0, 5);
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {0, 0});
    NDArray weights = parameters.create("w.weight", 2, 1);
    AdamW optimizer = new AdamW(parameters, settings, memory, AdamW.ZEROS);

    double norm = step(optimizer, 1, 0.1, weights, memory, 6, 8);

    assertThat(norm).isCloseTo(10, within(1e-5));
    float[] mean = optimizer.state().values().iterator().next().toFloatArray();
    assertThat(mean).containsExactly(new float[] {0.3f, 0.4f}, within(1e-5f));
  }

  /** Gradients are emptied with the update, and nothing but the state stays in memory. */
  @Test
  void everyStepStartsAnew() {
    Parameters parameters = new Parameters(memory, (name, shape) -> new float[] {0});
    NDArray weights = parameters.create("w.weight", 1, 1);
    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULTS, memory, AdamW.ZEROS);
    step(optimizer, 1, 0.1, weights, memory, 0.5f);
    int before = memory.getManagedArrays().size();
    for (int step = 2; step < 6; step++) {
      assertThat(step(optimizer, step, 0.1, weights, memory, 0.5f)).isCloseTo(0.5, within(1e-6));
    }
    assertThat(memory.getManagedArrays()).hasSize(before);
  }
}
