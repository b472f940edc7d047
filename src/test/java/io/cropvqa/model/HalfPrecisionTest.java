package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.model.golden.GoldenAttention;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.NumberType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every family with weights, keys and values of 16 bits says what it says in float32, but for the
 * digits that they lack. On the CPU, where the operations are the GPU's.
 */
class HalfPrecisionTest {
  private static final int BUDGET = 6;
  private static final int NEW_TOKENS = 4;

  /** Of the largest logit. Random weights blow rounding up; bfloat16 has three bits fewer. */
  private static final double FLOAT16 = 2e-2;

  @TestFactory
  Stream<DynamicTest> logitsAreThoseOfFloat32ButForTheLastDigits() {
    return GoldenAttention.FAMILIES.stream()
        .flatMap(family -> GoldenAttention.checkpoints(family).stream())
        .flatMap(
            golden ->
                Stream.of(NumberType.FLOAT16, NumberType.BFLOAT16)
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                golden + " " + type, () -> assertClose(golden, type))));
  }

  private static void assertClose(GoldenCheckpoint golden, NumberType type) {
    GoldenCheckpoint.Case question = golden.cases().get(0);
    for (String method : List.of("none", "ilp", "crop")) {
      try (TinyModel floats = new TinyModel(golden);
          TinyModel halves = new TinyModel(golden, type);
          Sequence expected = sequence(floats, question, method);
          Sequence actual = sequence(halves, question, method)) {
        float[] whole = step(floats, expected);
        float[] half = step(halves, actual);
        // Of two tokens that are nearly as good the other may be kept, or join another group.
        boolean comparable =
            !method.equals("crop") && Arrays.equals(actual.keptPatches(), expected.keptPatches());
        assertClose(method + " prefill", half, whole, comparable, type);
        for (int i = 0; i < NEW_TOKENS; i++) {
          int next = argMax(whole);
          expected.append(next);
          actual.append(next);
          whole = step(floats, expected);
          half = step(halves, actual);
          assertClose(method + " token " + i, half, whole, comparable, type);
        }
        assertThat(actual.keptPatches()).as(method).hasSameSizeAs(expected.keptPatches());
        if (comparable) {
          assertThat(2 * actual.kvCacheBytes()).as(method).isEqualTo(expected.kvCacheBytes());
        }
      }
    }
  }

  private static Sequence sequence(TinyModel model, GoldenCheckpoint.Case question, String method) {
    return model.sequence(question, method, BUDGET, TinyModel.REGION, PruningSettings.DEFAULTS);
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }

  private static void assertClose(
      String where, float[] half, float[] whole, boolean comparable, NumberType type) {
    double scale = 0;
    double largest = 0;
    for (int i = 0; i < whole.length; i++) {
      scale = Math.max(scale, Math.abs(whole[i]));
      largest = Math.max(largest, Math.abs(whole[i] - half[i]));
    }
    assertThat(largest).as(where).isFinite().isPositive();
    if (!comparable) {
      return;
    }
    assertThat(largest / scale)
        .as(where)
        .isLessThan(type == NumberType.FLOAT16 ? FLOAT16 : 8 * FLOAT16);
  }

  private static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
