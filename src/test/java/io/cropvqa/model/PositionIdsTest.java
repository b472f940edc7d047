package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PositionIds;
import io.cropvqa.pruning.PruningSchedule;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbering and calibration of what is kept, against a decoder made of loops. */
class PositionIdsTest {
  private static final GoldenCheckpoint GOLDEN =
      GoldenCheckpoint.of("llava", "gqa-tied-sharded-bf16");
  private static final GoldenCheckpoint.Case QUESTION = GOLDEN.cases().get(0);
  private static final int[] ANSWER = {17, 3, 40};
  private static final int BUDGET = 3 * GOLDEN.imageTokens() / 4;

  /**
   * Tokens merged before the model, cut inside it, and both; early layers that forget what is cut
   * and such that don't.
   */
  @ParameterizedTest
  @CsvSource({
    "KEEP, fastv, true",
    "KEEP, fastv, false",
    "KEEP, plc-pool, true",
    "KEEP, crop, true",
    "COMPACT, fastv, true",
    "COMPACT, fastv, false",
    "COMPACT, plc-pool, true",
    "COMPACT, crop, true",
    "COMPACT, crop, false",
    "KEEP_CALIBRATED, fastv, true",
    "KEEP_CALIBRATED, fastv, false",
    "KEEP_CALIBRATED, plc-pool, true",
    "KEEP_CALIBRATED, crop, true",
    "KEEP_CALIBRATED, crop, false"
  })
  void prefillAndAnswerAreTheDefinitions(PositionIds ids, String method, boolean forget) {
    PruningSettings settings =
        new PruningSettings(2, 0.25, forget, 0.85, PruningSettings.Crop.DEFAULTS, 0).with(ids);
    try (TinyModel model = new TinyModel(GOLDEN);
        NaiveDecoder naive = new NaiveDecoder(GOLDEN, model.languageModel().config(), ids)) {
      VisualTokens tokens = model.tokens(QUESTION.picture());
      QuestionPruning pruning =
          model.pruning(QUESTION, method, BUDGET, tokens, TinyModel.REGION, settings);
      Prompt prompt = model.prompt(QUESTION.question(), pruning.compress(tokens));
      Prompt same = model.prompt(QUESTION.question(), pruning.compress(tokens));
      try (Sequence sequence = model.languageModel().sequence(prompt, pruning)) {
        float[] logits = step(model, sequence);
        Set<Integer> kept =
            Arrays.stream(sequence.keptPatches()).boxed().collect(Collectors.toSet());
        int cutAfter =
            pruning.schedules().get(0).cuts().stream()
                .mapToInt(PruningSchedule.Cut::afterLayers)
                .findFirst()
                .orElse(-1);
        assertClose(logits, naive.prefill(same, cutAfter, kept, forget));
        for (int token : ANSWER) {
          sequence.append(token);
          assertClose(step(model, sequence), naive.decode(token));
        }
      }
    }
  }

  /** The three ways differ, or the test above would prove little. */
  @ParameterizedTest
  @EnumSource(names = {"COMPACT", "KEEP_CALIBRATED"})
  void numberingMatters(PositionIds ids) {
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence kept = sequence(model, "fastv", PositionIds.KEEP);
        Sequence other = sequence(model, "fastv", ids)) {
      float[] expected = step(model, kept);
      float[] actual = step(model, other);
      double difference =
          IntStream.range(0, actual.length)
              .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
              .max()
              .orElseThrow();
      assertThat(difference).isGreaterThan(1e-3);
    }
  }

  /** The worked example of {@link PositionIds#COMPACT}, with this model's numbers. */
  @Test
  void eachLayerGoesOnFromItsOwnNumbering() {
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence sequence = sequence(model, "fastv", PositionIds.COMPACT)) {
      step(model, sequence);
      List<Integer> rows = sequence.tokensPerLayer();
      assertThat(rows.get(3)).isLessThan(rows.get(1));
      sequence.append(5);
      for (int layer = 0; layer < model.layers(); layer++) {
        assertThat(sequence.positions(layer)).isEqualTo(Positions.of(rows.get(layer)));
      }
      step(model, sequence);
      sequence.append(6);
      assertThat(sequence.positions(1)).isEqualTo(Positions.of(rows.get(1) + 1));
      assertThat(sequence.positions(3)).isEqualTo(Positions.of(rows.get(3) + 1));
    }
  }

  /** What fastv keeps is what the last row attends to most in the layer after the cut. */
  @Test
  void fastvKeepsTheTopOfTheAttentionMap() {
    try (TinyModel model = new TinyModel(GOLDEN);
        NaiveDecoder naive =
            new NaiveDecoder(GOLDEN, model.languageModel().config(), PositionIds.KEEP);
        Sequence cut = sequence(model, "fastv", PositionIds.KEEP)) {
      step(model, cut);
      Prompt prompt = model.prompt(QUESTION.question(), model.tokens(QUESTION.picture()));
      naive.prefill(prompt, -1, Set.of(), false);
      double[] attention = naive.lastAttention(2);
      int[] top =
          IntStream.range(0, prompt.length())
              .filter(row -> prompt.patches()[row] != Prompt.TEXT)
              .boxed()
              .sorted((a, b) -> Double.compare(attention[b], attention[a]))
              .limit(cut.keptPatches().length)
              .mapToInt(row -> prompt.patches()[row])
              .sorted()
              .toArray();
      assertThat(cut.visualTokensPerLayer()).startsWith(16, 16).endsWith(8, 8);
      assertThat(cut.keptPatches()).isEqualTo(top);
    }
  }

  private static Sequence sequence(TinyModel model, String method, PositionIds ids) {
    return model.sequence(
        QUESTION, method, BUDGET, TinyModel.REGION, PruningSettings.DEFAULTS.with(ids));
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-4));
    }
  }
}
