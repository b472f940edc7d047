package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PositionIds;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The laws that every pruning method obeys, on every tiny random checkpoint: see the package docs
 * of pruning.
 */
class PruningLawsTest {
  private static final List<ContextualRegion> REGIONS =
      List.of(
          new ContextualRegion(0, 0, 0, 0),
          TinyModel.REGION,
          new ContextualRegion(2, 5, 7, 7),
          ContextualRegion.WHOLE_IMAGE);

  private static final Set<String> PRE_LLM =
      Set.of(
          "random",
          "downscale",
          "plc-pool",
          "plc-diverse",
          "plc",
          "visionzip",
          "divprune",
          "cdpruner");

  /** Checkpoints that differ from others in their files and rotary frequencies alone. */
  private static final Set<String> ALIKE =
      Set.of("mistral-window-linear-rope", "llama3-rope", "dynamic-rope", "saved-by-4.57");

  private interface Law {
    void check(TinyModel model, GoldenCheckpoint golden, String method);
  }

  @TestFactory
  Stream<DynamicTest> budgetIsNeverExceededAndExactBeforeTheModel() {
    return forAll(
        pruning(),
        (model, golden, method) -> {
          int tokens = golden.imageTokens();
          for (int budget = 1; budget < tokens; budget += Math.max(1, tokens / 7)) {
            for (ContextualRegion region : REGIONS) {
              try (Sequence sequence = run(model, golden, method, budget, region)) {
                List<Integer> perLayer = sequence.visualTokensPerLayer();
                double average =
                    perLayer.stream().mapToInt(Integer::intValue).average().orElseThrow();
                assertThat(average).as("%s at %d", perLayer, budget).isLessThanOrEqualTo(budget);
                assertThat(average).isGreaterThan(budget - 1.0);
                if (isPreLlm(method)) {
                  assertThat(perLayer).containsOnly(budget);
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> budgetOfAllTokensChangesNoBit() {
    return forAll(
        PruningMethods.names().stream().toList(),
        (model, golden, method) -> {
          GoldenCheckpoint.Case question = golden.cases().get(0);
          for (PositionIds ids : PositionIds.values()) {
            for (int budget : new int[] {golden.imageTokens(), golden.imageTokens() + 7}) {
              try (Sequence full = model.sequence(question, "none", budget);
                  Sequence pruned = sequence(model, question, method, budget, ids)) {
                assertThat(step(model, pruned)).isEqualTo(step(model, full));
                assertThat(pruned.kvCacheBytes()).isEqualTo(full.kvCacheBytes());
                full.append(9);
                pruned.append(9);
                assertThat(step(model, pruned)).isEqualTo(step(model, full));
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> textIsNeverDroppedAndOrderStays() {
    return forAll(
        pruning(),
        (model, golden, method) -> {
          int text = golden.cases().get(0).inputIds().length - golden.imageTokens();
          try (Sequence sequence = run(model, golden, method, 5, TinyModel.REGION)) {
            for (int layer = 0; layer < model.layers(); layer++) {
              int visual = sequence.visualTokensPerLayer().get(layer);
              assertThat(sequence.tokensPerLayer().get(layer) - visual).isEqualTo(text);
            }
            assertThat(sequence.keptPatches()).isSorted().doesNotHaveDuplicates();
            assertAscending(sequence.pending().positions());
          }
        });
  }

  /** By the first axis, then by the next: one row after another. */
  private static void assertAscending(Positions positions) {
    for (int row = 1; row < positions.count(); row++) {
      int[] before = new int[positions.axes()];
      int[] now = new int[positions.axes()];
      for (int axis = 0; axis < positions.axes(); axis++) {
        before[axis] = positions.at(axis, row - 1);
        now[axis] = positions.at(axis, row);
      }
      assertThat(Arrays.compare(before, now)).as("row %d of %s", row, positions).isNegative();
    }
  }

  @TestFactory
  Stream<DynamicTest> sameSeedKeepsTheSame() {
    return forAll(
        pruning(),
        (model, golden, method) -> {
          try (Sequence one = run(model, golden, method, 6, TinyModel.REGION);
              Sequence other = run(model, golden, method, 6, TinyModel.REGION)) {
            assertThat(other.keptPatches()).isEqualTo(one.keptPatches());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> batchOfManyEqualsSingleRunsInAnyOrder() {
    return batchEqualsSingleRuns(PositionIds.KEEP);
  }

  @TestFactory
  Stream<DynamicTest> batchOfManyEqualsSingleRunsWhenNumberedAnew() {
    return batchEqualsSingleRuns(PositionIds.COMPACT);
  }

  @TestFactory
  Stream<DynamicTest> batchOfManyEqualsSingleRunsWhenCalibrated() {
    return batchEqualsSingleRuns(PositionIds.KEEP_CALIBRATED);
  }

  private static Stream<DynamicTest> batchEqualsSingleRuns(PositionIds ids) {
    return forAll(
        PruningMethods.names().stream().toList(),
        (model, golden, method) -> {
          List<Generated> alone =
              IntStream.range(0, 4)
                  .mapToObj(i -> generate(model, golden, method, ids, List.of(i)).get(0))
                  .toList();
          List<Generated> together = generate(model, golden, method, ids, List.of(0, 1, 2, 3));
          List<Generated> reversed = generate(model, golden, method, ids, List.of(3, 2, 1, 0));
          for (int i = 0; i < alone.size(); i++) {
            assertSame(together.get(i), alone.get(i));
            assertSame(reversed.get(alone.size() - 1 - i), alone.get(i));
          }
        });
  }

  private static Sequence sequence(
      TinyModel model, GoldenCheckpoint.Case question, String method, int budget, PositionIds ids) {
    PruningSettings settings = PruningSettings.DEFAULTS.with(ids);
    return model.sequence(question, method, budget, TinyModel.REGION, settings);
  }

  private record Generated(int[] kept, List<Integer> tokens, float[] lastLogits) {}

  private static void assertSame(Generated actual, Generated expected) {
    assertThat(actual.kept()).isEqualTo(expected.kept());
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    for (int i = 0; i < expected.lastLogits().length; i++) {
      assertThat(actual.lastLogits()[i]).isCloseTo(expected.lastLogits()[i], within(1e-4f));
    }
  }

  /**
   * Prefills and decodes some of a checkpoint's questions in one batch, each with a budget of its
   * own.
   */
  private static List<Generated> generate(
      TinyModel model,
      GoldenCheckpoint golden,
      String method,
      PositionIds ids,
      List<Integer> questions) {
    List<Sequence> batch = new ArrayList<>();
    try {
      for (int i : questions) {
        batch.add(sequence(model, golden.cases().get(i), method, 4 + 2 * i, ids));
      }
      List<List<Integer>> tokens =
          questions.stream().<List<Integer>>map(i -> new ArrayList<>()).toList();
      float[][] logits = model.languageModel().step(batch);
      List<int[]> kept = batch.stream().map(Sequence::keptPatches).toList();
      for (int t = 0; t < 8; t++) {
        for (int i = 0; i < batch.size(); i++) {
          int next = Sampler.argMax(logits[i]);
          tokens.get(i).add(next);
          batch.get(i).append(next);
        }
        logits = model.languageModel().step(batch);
      }
      float[][] last = logits;
      return IntStream.range(0, batch.size())
          .mapToObj(i -> new Generated(kept.get(i), tokens.get(i), last[i]))
          .toList();
    } finally {
      batch.forEach(Sequence::close);
    }
  }

  @Test
  void anotherSeedKeepsOthers() {
    GoldenCheckpoint golden = GoldenCheckpoint.of("llava", "mha-untied");
    try (TinyModel model = new TinyModel(golden);
        Sequence one = seeded(model, golden, 1);
        Sequence other = seeded(model, golden, 2)) {
      step(model, one);
      step(model, other);
      assertThat(other.keptPatches()).isNotEqualTo(one.keptPatches());
    }
  }

  private static Sequence seeded(TinyModel model, GoldenCheckpoint golden, long seed) {
    PruningSettings settings =
        new PruningSettings(2, 0.25, true, 0.85, PruningSettings.Crop.DEFAULTS, seed);
    return model.sequence(golden.cases().get(0), "random", 4, TinyModel.REGION, settings);
  }

  private static Stream<DynamicTest> forAll(List<String> methods, Law law) {
    return checkpoints()
        .flatMap(
            golden ->
                methods.stream()
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                method + " on " + golden, () -> check(law, golden, method))));
  }

  /** Many of one family, whose decoders differ, and two of each family that has no row ends. */
  private static Stream<GoldenCheckpoint> checkpoints() {
    Stream<GoldenCheckpoint> llava =
        GoldenCheckpoint.all("llava").stream().filter(golden -> !ALIKE.contains(golden.name()));
    Stream<GoldenCheckpoint> others =
        Stream.of("qwen2_vl", "qwen2_5_vl", "smolvlm")
            .flatMap(
                family ->
                    Stream.of("plain", "gqa-tied-sharded-bf16")
                        .map(name -> GoldenCheckpoint.of(family, name)));
    return Stream.concat(llava, others);
  }

  private static void check(Law law, GoldenCheckpoint golden, String method) {
    try (TinyModel model = new TinyModel(golden)) {
      law.check(model, golden, method);
    }
  }

  private static List<String> pruning() {
    return PruningMethods.names().stream().filter(name -> !name.equals("none")).toList();
  }

  private static boolean isPreLlm(String method) {
    return PRE_LLM.contains(method);
  }

  /** A prefilled question. */
  private static Sequence run(
      TinyModel model,
      GoldenCheckpoint golden,
      String method,
      int budget,
      ContextualRegion region) {
    Sequence sequence =
        model.sequence(golden.cases().get(0), method, budget, region, PruningSettings.DEFAULTS);
    step(model, sequence);
    return sequence;
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }
}
