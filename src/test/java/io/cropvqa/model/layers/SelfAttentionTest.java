package io.cropvqa.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fused attention against loops that follow the definition. */
class SelfAttentionTest {
  private static final int SIZE = 4;

  private final Random random = new Random(5);
  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** A random array of [rows, heads, SIZE], seen from Java and from PyTorch. */
  private record Heads(float[][][] values, NDArray array) {
    int rows() {
      return values.length;
    }

    int heads() {
      return values[0].length;
    }
  }

  private Heads heads(int rows, int heads) {
    float[][][] values = new float[rows][heads][SIZE];
    float[] flat = new float[rows * heads * SIZE];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) random.nextGaussian();
      values[i / (heads * SIZE)][i / SIZE % heads][i % SIZE] = flat[i];
    }
    return new Heads(values, scope.create(flat, new Shape(rows, heads, SIZE)));
  }

  /** Softmax of one head's scaled products of one query row with the keys up to {@code last}. */
  private static double[] naiveProbabilities(Heads q, Heads k, int row, int head, int last) {
    int group = head / (q.heads() / k.heads());
    double[] weights = new double[k.rows()];
    double total = 0;
    for (int key = 0; key <= last; key++) {
      double product = 0;
      for (int i = 0; i < SIZE; i++) {
        product += q.values()[row][head][i] * k.values()[key][group][i];
      }
      weights[key] = Math.exp(product / Math.sqrt(SIZE));
      total += weights[key];
    }
    for (int key = 0; key <= last; key++) {
      weights[key] /= total;
    }
    return weights;
  }

  private static void assertNaive(Heads q, Heads k, Heads v, boolean causal) {
    NDArray mixed = SelfAttention.attend(q.array(), k.array(), v.array(), causal);
    assertThat(mixed.getShape()).isEqualTo(new Shape(q.rows(), (long) q.heads() * SIZE));
    float[] actual = mixed.toFloatArray();
    for (int row = 0; row < q.rows(); row++) {
      int last = causal && q.rows() > 1 ? row : k.rows() - 1;
      for (int head = 0; head < q.heads(); head++) {
        double[] weights = naiveProbabilities(q, k, row, head, last);
        int group = head / (q.heads() / k.heads());
        for (int i = 0; i < SIZE; i++) {
          double expected = 0;
          for (int key = 0; key < k.rows(); key++) {
            expected += weights[key] * v.values()[key][group][i];
          }
          assertThat((double) actual[(row * q.heads() + head) * SIZE + i])
              .as("row %d, head %d, %d", row, head, i)
              .isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "4, 2", "6, 2", "3, 1"})
  void everyRowSeesWhatItMay(int heads, int groups) {
    Heads k = heads(7, groups);
    Heads v = heads(7, groups);
    assertNaive(heads(7, heads), k, v, true);
    assertNaive(heads(7, heads), k, v, false);
    assertNaive(heads(5, heads), k, v, false);
  }

  /** A token that decodes sees all that came before it. */
  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "4, 2", "6, 2", "3, 1"})
  void singleRowSeesEverything(int heads, int groups) {
    Heads k = heads(9, groups);
    Heads v = heads(9, groups);
    assertNaive(heads(1, heads), k, v, true);
    assertNaive(heads(1, heads), k, v, false);
    assertNaive(heads(1, heads), heads(1, groups), heads(1, groups), true);
  }

  /** A bias moves the logits of keys, and minus infinity hides them: here all but three. */
  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "4, 2", "6, 2", "3, 1"})
  void biasIsAddedToTheLogits(int heads, int groups) {
    float[] bias = {0.5f, -1, 2, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    Heads q = heads(1, heads);
    Heads k = heads(bias.length, groups);
    Heads v = heads(bias.length, groups);
    NDArray added = scope.create(bias, new Shape(1, bias.length));
    float[] mixed = SelfAttention.attend(q.array(), k.array(), v.array(), added).toFloatArray();
    float[] mean = SelfAttention.probabilities(q.array(), k.array(), added).toFloatArray();
    double[] expectedMean = new double[bias.length];
    for (int head = 0; head < heads; head++) {
      double[] weights = naiveProbabilities(q, k, 0, head, bias.length - 1);
      double total = 0;
      for (int key = 0; key < bias.length; key++) {
        weights[key] *= Math.exp(bias[key]);
        total += weights[key];
      }
      for (int i = 0; i < SIZE; i++) {
        double expected = 0;
        for (int key = 0; key < bias.length; key++) {
          expected += weights[key] / total * v.values()[key][head / (heads / groups)][i];
        }
        assertThat((double) mixed[head * SIZE + i]).isCloseTo(expected, within(1e-5));
      }
      for (int key = 0; key < bias.length; key++) {
        expectedMean[key] += weights[key] / total / heads;
      }
    }
    for (int key = 0; key < bias.length; key++) {
      assertThat((double) mean[key]).isCloseTo(expectedMean[key], within(1e-5));
    }
  }

  @Test
  void causalRowsMustBeTheWholePrompt() {
    NDArray q = heads(3, 2).array();
    NDArray k = heads(5, 2).array();
    assertThatThrownBy(() -> SelfAttention.attend(q, k, k, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("causal attention of 3 rows to 5");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "4, 2", "6, 2", "3, 1"})
  void probabilitiesAreTheMeanOfTheHeads(int heads, int groups) {
    int[] lastKey = {6, 2, 0};
    Heads q = heads(lastKey.length, heads);
    Heads k = heads(7, groups);
    NDArray probabilities = SelfAttention.probabilities(q.array(), k.array(), lastKey);
    assertThat(probabilities.getShape()).isEqualTo(new Shape(lastKey.length, 7));
    float[] actual = probabilities.toFloatArray();
    for (int row = 0; row < lastKey.length; row++) {
      double total = 0;
      for (int key = 0; key < 7; key++) {
        double expected = 0;
        for (int head = 0; head < heads; head++) {
          expected += naiveProbabilities(q, k, row, head, lastKey[row])[key] / heads;
        }
        assertThat((double) actual[row * 7 + key]).isCloseTo(expected, within(1e-5));
        total += actual[row * 7 + key];
      }
      assertThat(total).isCloseTo(1, within(1e-5));
    }
  }
}
