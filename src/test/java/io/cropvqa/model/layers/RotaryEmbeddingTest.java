package io.cropvqa.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.RopeParameters;
import io.cropvqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingTest {
  private static final float[] VECTOR = {1, 2, 3, 4};

  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The class's worked example: d = 4, theta = 10,000, position 2. */
  @Test
  void pairsTurnByPositionTimesFrequency() {
    float[] turned =
        rotate(new RotaryEmbedding(new RopeParameters(10_000).frequencies(4)), 2, VECTOR);
    assertThat(turned[0]).isCloseTo((float) (1 * Math.cos(2) - 3 * Math.sin(2)), within(1e-6f));
    assertThat(turned[2]).isCloseTo((float) (3 * Math.cos(2) + 1 * Math.sin(2)), within(1e-6f));
    assertThat(turned[1]).isCloseTo((float) (2 * Math.cos(.02) - 4 * Math.sin(.02)), within(1e-6f));
    assertThat(turned[3]).isCloseTo((float) (4 * Math.cos(.02) + 2 * Math.sin(.02)), within(1e-6f));
  }

  @Test
  void positionZeroTurnsNothing() {
    assertThat(rotate(new RotaryEmbedding(new RopeParameters(10_000).frequencies(4)), 0, VECTOR))
        .isEqualTo(VECTOR);
  }

  /** What makes it an embedding of relative positions. */
  @Test
  void productDependsOnTheDistanceAlone() {
    RotaryEmbedding rotary = new RotaryEmbedding(new RopeParameters(500).frequencies(4));
    float[] other = {.5f, -1, 2, .25f};
    double near = dot(rotate(rotary, 3, VECTOR), rotate(rotary, 10, other));
    double far = dot(rotate(rotary, 203, VECTOR), rotate(rotary, 210, other));
    double elsewhere = dot(rotate(rotary, 3, VECTOR), rotate(rotary, 11, other));
    assertThat(far).isCloseTo(near, within(1e-4));
    assertThat(elsewhere).isNotCloseTo(near, within(1e-2));
  }

  /** Gaps and any order: row i turns as if it were alone at its position. */
  @Test
  void rowsTurnEachByItsOwnPosition() {
    RotaryEmbedding rotary = new RotaryEmbedding(new RopeParameters(10_000).frequencies(4));
    float[] rows = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
    NDArray x = scope.create(rows, new Shape(3, 1, 4));
    NDArray turned = rotary.at(Positions.of(9, 0, 500), scope).rotate(x);
    assertThat(turned.get("0:1").toFloatArray()).isEqualTo(rotate(rotary, 9, VECTOR));
    assertThat(turned.get("1:2").toFloatArray()).isEqualTo(VECTOR);
    assertThat(turned.get("2:3").toFloatArray()).isEqualTo(rotate(rotary, 500, VECTOR));
  }

  /** What is remembered of a position is what was computed, and none is too far to be turned to. */
  @Test
  void turnsBySoManyRadiansWhereverAndHoweverOften() {
    RotaryEmbedding rotary = new RotaryEmbedding(new float[] {1, .5f});
    for (int position : new int[] {5, 5, 8191, 8192, 8192, 100_000}) {
      RotaryEmbedding.Angles angles = rotary.at(Positions.of(position), scope);
      float one = (float) Math.cos(position);
      float half = (float) Math.cos(position / 2.0);
      assertThat(angles.cos().toFloatArray()).containsExactly(one, half, one, half);
      assertThat(angles.sin().toFloatArray())
          .containsExactly(
              (float) -Math.sin(position),
              (float) -Math.sin(position / 2.0),
              (float) Math.sin(position),
              (float) Math.sin(position / 2.0));
    }
  }

  private float[] rotate(RotaryEmbedding rotary, int position, float[] vector) {
    NDArray x = scope.create(vector, new Shape(1, 1, vector.length));
    return rotary.at(Positions.of(position), scope).rotate(x).toFloatArray();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
