package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.pruning.PruningSettings.Compressor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The budget arithmetic of every method: what each layer works on, and what that costs. */
class PruningScheduleTest {
  private static final int LLAVA_TOKENS = 576;
  private static final int LLAVA_LAYERS = 32;

  /** The three budgets of the published tables on LLaVA-1.5-7B with K = 2. */
  @ParameterizedTest
  @CsvSource({"192, 166", "128, 98", "64, 29"})
  void innerPruningLeavesWhatThePaperSays(int budget, int survivors) {
    PruningSchedule schedule = schedule("ilp", LLAVA_TOKENS, LLAVA_LAYERS, budget);
    assertThat(schedule.compressed()).isEqualTo(LLAVA_TOKENS);
    assertThat(schedule.cuts()).containsExactly(new PruningSchedule.Cut(2, survivors));
  }

  /** Two of four layers on all 256 tokens alone would cost 128 a layer: a budget of 64 can't. */
  @Test
  void fewerLayersRunOnEverythingWhereTheBudgetCannotPay() {
    assertThat(schedule("ilp", 256, 4, 200).cuts())
        .containsExactly(new PruningSchedule.Cut(2, 144));
    assertThat(schedule("ilp", 256, 4, 100).cuts()).containsExactly(new PruningSchedule.Cut(1, 48));
    assertThat(schedule("ilp", 256, 4, 64).cuts()).containsExactly(new PruningSchedule.Cut(0, 64));
  }

  /** K = 2 would leave 16 of a budget of 72 tokens, and ilp-min-survivors asks for a quarter. */
  @Test
  void layersShrinkBeforeTheSurvivorsBecomeTooFew() {
    assertThat(schedule("ilp", 128, 4, 72).cuts()).containsExactly(new PruningSchedule.Cut(1, 53));
    PruningSettings fewWillDo =
        new PruningSettings(2, 0.2, true, 0.85, PruningSettings.Crop.DEFAULTS, 0);
    assertThat(methods(fewWillDo).named("ilp").schedule(128, 4, 72).cuts())
        .containsExactly(new PruningSchedule.Cut(2, 16));
  }

  @Test
  void cropLetsSomeMoreInAndPaysItBack() {
    PruningSchedule schedule = schedule("crop", LLAVA_TOKENS, LLAVA_LAYERS, 64);
    assertThat(schedule.compressed()).isEqualTo(80);
    assertThat(schedule.cuts()).containsExactly(new PruningSchedule.Cut(4, 61));
  }

  @Test
  void compressionBeyondTheImageLetsAllTokensIn() {
    PruningSettings generous =
        PruningSettings.DEFAULTS.with(new PruningSettings.Crop(Compressor.PLC_DIVERSE, 1e12, 2));
    assertThat(methods(generous).named("crop").schedule(576, 32, 64))
        .isEqualTo(schedule("ilp", 576, 32, 64));
  }

  @Test
  void perLayerFollowsTheCuts() {
    PruningSchedule schedule =
        new PruningSchedule(
            100, List.of(new PruningSchedule.Cut(1, 50), new PruningSchedule.Cut(3, 10)));
    assertThat(schedule.perLayer(5)).containsExactly(100, 50, 50, 10, 10);
    assertThat(schedule.average(5)).isEqualTo(44);
  }

  /** For thousands of models, images, settings and budgets. */
  @Test
  void noScheduleExceedsItsBudgetOrGrowsOrStarves() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      int layers = 1 + random.nextInt(80);
      int tokens = 2 + random.nextInt(3_000);
      int budget = 1 + random.nextInt(tokens - 1);
      PruningSettings settings =
          new PruningSettings(
              random.nextInt(10),
              1 - random.nextDouble(),
              true,
              1 - random.nextDouble(),
              new PruningSettings.Crop(
                  Compressor.PLC_DIVERSE, 1 + 4 * random.nextDouble(), random.nextInt(10)),
              0);
      for (String method : PruningMethods.names()) {
        if (!method.equals("none")) {
          PruningSchedule schedule =
              methods(settings).named(method).schedule(tokens, layers, budget);
          assertObeys(
              schedule,
              tokens,
              layers,
              budget,
              "%s, N=%d, L=%d, B=%d, %s".formatted(method, tokens, layers, budget, settings));
        }
      }
    }
  }

  private static void assertObeys(
      PruningSchedule schedule, int tokens, int layers, int budget, String where) {
    int[] perLayer = schedule.perLayer(layers);
    assertThat(schedule.compressed()).as(where).isBetween(1, tokens);
    assertThat(schedule.average(layers)).as(where).isLessThanOrEqualTo(budget);
    assertThat(schedule.average(layers)).as(where).isGreaterThan(budget - 1.0);
    int before = schedule.compressed();
    for (int now : perLayer) {
      assertThat(now).as(where).isBetween(1, before);
      before = now;
    }
    assertThat(schedule.cuts()).as(where).allMatch(cut -> cut.afterLayers() < layers);
  }

  /** Schedules need no weights, only that there are some. */
  private static PruningMethods methods(PruningSettings settings) {
    PlcNetwork shape = new PlcNetwork(PlcConfig.of(8), null, null, null, null);
    return new PruningMethods(settings, Optional.of(shape));
  }

  private static PruningSchedule schedule(String method, int tokens, int layers, int budget) {
    return methods(PruningSettings.DEFAULTS).named(method).schedule(tokens, layers, budget);
  }
}
