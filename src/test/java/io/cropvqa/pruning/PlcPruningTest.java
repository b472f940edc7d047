package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.plc.RandomPlc;
import io.cropvqa.pruning.PruningSettings.Compressor;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlcPruningTest {
  private static final int WIDTH = 6;
  private static final PlcConfig CONFIG = PlcConfig.of(WIDTH);
  private static final PatchGrid GRID = Tokens.grid(8, 8);
  private static final ContextualRegion REGION = new ContextualRegion(1, 2, 5, 6); // 25 patches
  private static final List<ContextualRegion> REGIONS =
      List.of(
          new ContextualRegion(0, 0, 0, 0),
          REGION,
          new ContextualRegion(0, 0, 6, 7),
          ContextualRegion.WHOLE_IMAGE);

  private static NDManager root;

  @BeforeAll
  static void open() {
    root = Torch.open(Device.cpu());
  }

  @AfterAll
  static void close() {
    root.close();
  }

  @ParameterizedTest
  @CsvSource({"3, 5", "8, 8", "16, 16"})
  void everyBudgetIsMetExactlyInOrder(int rows, int columns) {
    PatchGrid grid = Tokens.grid(rows, columns);
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    for (ContextualRegion region : REGIONS) {
      for (int budget = 1; budget < grid.size(); budget += 1 + grid.size() / 40) {
        try (NDManager scope = root.newSubManager()) {
          VisualTokens some =
              compress(network, Tokens.random(grid, WIDTH, scope), budget, region, 0.4);
          assertThat(some.patches()).hasSize(budget).isSorted().doesNotHaveDuplicates();
          assertThat(some.embeddings().getShape()).isEqualTo(new Shape(budget, WIDTH));
          assertThat(IntStream.of(some.members()).sum()).isLessThanOrEqualTo(grid.size());
        }
      }
    }
  }

  @Test
  void untrainedWithoutAnchorsIsPooling() {
    PlcNetwork untrained = RandomPlc.untrained(CONFIG, root);
    for (ContextualRegion region : REGIONS) {
      for (int budget = 1; budget < GRID.size(); budget += 3) {
        try (NDManager scope = root.newSubManager()) {
          VisualTokens all = Tokens.random(GRID, WIDTH, scope);
          assertSame(
              compress(untrained, all, budget, region, 0), pooled(all, budget, region), region);
        }
      }
    }
  }

  /** A region that fits is kept as it is, so that there is nothing for anchors to save. */
  @Test
  void untrainedIsPoolingWhereTheRegionFits() {
    PlcNetwork untrained = RandomPlc.untrained(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      for (int budget = 25; budget < GRID.size(); budget += 3) {
        assertSame(
            compress(untrained, all, budget, REGION, 0.5), pooled(all, budget, REGION), REGION);
      }
    }
  }

  @Test
  void regionThatFitsIsKeptBitByBitHoweverTrained() {
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      VisualTokens some = compress(network, all, 30, REGION, 0.25);
      assertThat(untouched(some, all)).containsExactly(inside(all.patches(), REGION));
    }
  }

  /**
   * 9 tokens for 25 patches are 8 for the region, of which 0.4 are 3 anchors, and the other 22
   * patches become 5 blocks.
   */
  @Test
  void anchorsStayAsTheyWere() {
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      VisualTokens some = compress(network, all, 9, REGION, 0.4);
      assertThat(inside(some.patches(), REGION)).hasSize(8);
      int[] anchors = untouched(some, all);
      assertThat(anchors).hasSize(3).isEqualTo(inside(anchors, REGION));
      int[] leastAlike =
          MaxMinDiversity.pick(
              all.embeddings(), all.patches(), inside(all.patches(), REGION), new int[0], 3);
      assertThat(anchors).containsExactlyInAnyOrder(leastAlike);
      assertThat(untouched(compress(network, all, 9, REGION, 0), all)).isEmpty();
    }
  }

  @Test
  void anchorsAreThoseItWasTrainedWithUnlessToldOtherwise() {
    PlcNetwork network = RandomPlc.of(new PlcConfig(WIDTH, 4, 2, 0.5), root);
    PruningSettings defaults = PruningSettings.DEFAULTS;
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      PruningRequest request = Tokens.request(GRID, REGION, 0);
      VisualTokens some = new PlcPruning(network, defaults).compress(all, 14, request);
      assertThat(untouched(some, all)).hasSize(6);
    }
  }

  /** Each bank reads its own part: what the background shows changes no token of the region. */
  @Test
  void regionIsReadWithoutTheRest() {
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      float[] outside = new float[GRID.size()];
      for (int patch = 0; patch < outside.length; patch++) {
        outside[patch] = isInside(patch, REGION) ? 0 : patch;
      }
      NDArray change = scope.create(outside, new Shape(GRID.size(), 1));
      VisualTokens other = all.with(all.embeddings().add(change));
      VisualTokens before = compress(network, all, 14, REGION, 0.25);
      VisualTokens after = compress(network, other, 14, REGION, 0.25);
      float[][] was = Tokens.rows(before.embeddings());
      float[][] is = Tokens.rows(after.embeddings());
      for (int i = 0; i < was.length; i++) {
        assertThat(Arrays.equals(is[i], was[i])).isEqualTo(isInside(before.patches()[i], REGION));
      }
    }
  }

  /**
   * A query is added to every mean, so a trained network differs from pooling wherever it pools.
   */
  @Test
  void everyPooledTokenIsRefined() {
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      float[][] refined = Tokens.rows(compress(network, all, 20, REGION, 0).embeddings());
      float[][] pooled = Tokens.rows(pooled(all, 20, REGION).embeddings());
      int[] members = pooled(all, 20, REGION).members();
      for (int i = 0; i < refined.length; i++) {
        assertThat(Arrays.equals(refined[i], pooled[i])).isEqualTo(members[i] == 1);
      }
    }
  }

  @Test
  void cropCompressesWithWhatItIsTold() {
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    PruningRequest request = Tokens.request(GRID, REGION, 0);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(GRID, WIDTH, scope);
      VisualTokens trained =
          new PlcPruning(network, PruningSettings.DEFAULTS).compress(all, 20, request);
      VisualTokens diverse =
          new DiverseCompression(PruningSettings.DEFAULTS).compress(all, 20, request);
      Map<Compressor, VisualTokens> expected =
          Map.of(
              Compressor.AUTO, trained,
              Compressor.PLC, trained,
              Compressor.PLC_POOL, pooled(all, 20, REGION),
              Compressor.PLC_DIVERSE, diverse);
      assertThat(expected).containsOnlyKeys(Compressor.values());
      expected.forEach(
          (compressor, tokens) ->
              assertSame(
                  crop(compressor, Optional.of(network)).compress(all, 20, request),
                  tokens,
                  compressor));
      assertSame(
          crop(Compressor.AUTO, Optional.empty()).compress(all, 20, request),
          diverse,
          "no weights");
    }
  }

  private static PruningMethod crop(Compressor compressor, Optional<PlcNetwork> network) {
    PruningSettings settings =
        PruningSettings.DEFAULTS.with(PruningSettings.Crop.DEFAULTS.with(compressor));
    return new PruningMethods(settings, network).named("crop");
  }

  @Test
  void classTokenCountsAsRegion() {
    PatchGrid grid = new PatchGrid(1, 4, 4, 0, new ImageBox(-0.2, 0, 1.2, 1));
    PlcNetwork network = RandomPlc.of(CONFIG, root);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(grid, WIDTH, scope);
      VisualTokens some = compress(network, all, 6, new ContextualRegion(0, 0, 0, 0), 0.25);
      assertThat(some.patches()).hasSize(6).contains(0);
      assertThat(untouched(some, all)).contains(0);
    }
  }

  private static void assertSame(VisualTokens actual, VisualTokens expected, Object where) {
    assertThat(actual.patches()).as("%s", where).isEqualTo(expected.patches());
    assertThat(actual.members()).as("%s", where).isEqualTo(expected.members());
    assertThat(Tokens.rows(actual.embeddings()))
        .as("%s", where)
        .isDeepEqualTo(Tokens.rows(expected.embeddings()));
  }

  /** Patches whose token is what it was before. */
  private static int[] untouched(VisualTokens compressed, VisualTokens all) {
    float[][] before = Tokens.rows(all.embeddings());
    float[][] after = Tokens.rows(compressed.embeddings());
    int[] patches = compressed.patches();
    return IntStream.range(0, patches.length)
        .filter(i -> Arrays.equals(after[i], before[patches[i]]))
        .map(i -> patches[i])
        .toArray();
  }

  private static boolean isInside(int patch, ContextualRegion region) {
    return GRID.isInside(patch, region);
  }

  private static int[] inside(int[] patches, ContextualRegion region) {
    return IntStream.of(patches).filter(patch -> isInside(patch, region)).toArray();
  }

  private static VisualTokens pooled(VisualTokens all, int budget, ContextualRegion region) {
    return new PooledCompression(PruningSettings.DEFAULTS)
        .compress(all, budget, Tokens.request(all.layout(), region, 0));
  }

  private static VisualTokens compress(
      PlcNetwork network, VisualTokens all, int budget, ContextualRegion region, double anchors) {
    return new PlcPruning(network, PruningSettings.DEFAULTS.withPlcAnchors(anchors))
        .compress(all, budget, Tokens.request(all.layout(), region, 0));
  }
}
