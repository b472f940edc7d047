package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PooledCompressionTest {
  private static final PooledCompression POOLED = new PooledCompression(PruningSettings.DEFAULTS);
  private static final ContextualRegion CORNER = new ContextualRegion(0, 0, 0, 0);
  private static final ContextualRegion ALL_BUT_ONE_COLUMN = new ContextualRegion(0, 0, 6, 7);
  private static final List<ContextualRegion> REGIONS =
      List.of(
          CORNER,
          new ContextualRegion(3, 3, 4, 5),
          ALL_BUT_ONE_COLUMN,
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
  @CsvSource({"3, 5", "16, 16", "24, 24"})
  void everyBudgetIsMetExactlyInOrder(int rows, int columns) {
    PatchGrid grid = Tokens.grid(rows, columns);
    for (ContextualRegion region : REGIONS) {
      for (int budget = 1; budget <= grid.size(); budget++) {
        try (NDManager scope = root.newSubManager()) {
          VisualTokens compressed = compress(Tokens.random(grid, 2, scope), budget, region);
          String where = "%s to %d".formatted(region, budget);
          assertThat(compressed.count()).as(where).isEqualTo(budget);
          for (int i = 1; i < budget; i++) {
            assertThat(compressed.patches()[i])
                .as(where)
                .isGreaterThan(compressed.patches()[i - 1]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 5", "16, 16", "24, 24"})
  void regionThatFitsIsKeptBitByBit(int rows, int columns) {
    PatchGrid grid = Tokens.grid(rows, columns);
    for (ContextualRegion region : REGIONS) {
      int[] inside = inside(grid, region);
      for (int budget = inside.length; budget <= grid.size(); budget += 7) {
        try (NDManager scope = root.newSubManager()) {
          VisualTokens all = Tokens.random(grid, 3, scope);
          VisualTokens compressed = compress(all, budget, region);
          float[][] before = Tokens.rows(all.embeddings());
          float[][] after = Tokens.rows(compressed.embeddings());
          for (int patch : inside) {
            int place = Arrays.binarySearch(compressed.patches(), patch);
            assertThat(place).as("patch %d of %s", patch, region).isNotNegative();
            assertThat(after[place]).isEqualTo(before[patch]);
          }
        }
      }
    }
  }

  /**
   * With one-hot tokens, a compressed token shows who went into it: every patch with one share, and
   * the shares of a token add up to 1. (Below 4, 85 % of a budget rounds to all of it.)
   */
  @Test
  void everyTokenGoesIntoExactlyOneGroup() {
    PatchGrid grid = Tokens.grid(6, 7);
    for (ContextualRegion region : REGIONS) {
      int inside = inside(grid, region).length;
      for (int budget = 4; budget <= grid.size(); budget++) {
        if (budget == inside && budget < grid.size()) {
          continue; // all of the budget is the region's, see the next test
        }
        try (NDManager scope = root.newSubManager()) {
          float[][] groups =
              Tokens.rows(compress(oneHot(grid, scope), budget, region).embeddings());
          for (int patch = 0; patch < grid.size(); patch++) {
            int token = patch;
            assertThat(Arrays.stream(groups).filter(group -> group[token] > 0).count())
                .as("patch %d of %s at %d", patch, region, budget)
                .isEqualTo(1);
          }
          for (float[] group : groups) {
            double total = IntStream.range(0, group.length).mapToDouble(i -> group[i]).sum();
            assertThat(total).isCloseTo(1, within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void regionThatFillsTheBudgetLeavesNothingToTheBackground() {
    PatchGrid grid = Tokens.grid(8, 8);
    ContextualRegion region = new ContextualRegion(2, 2, 4, 4);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens compressed = compress(Tokens.random(grid, 2, scope), 9, region);
      assertThat(compressed.patches()).containsExactly(inside(grid, region));
    }
  }

  /** 56 of 64 patches don't fit into 20: the region gets 85 % of them, 17. */
  @Test
  void regionThatDoesNotFitGetsItsShare() {
    PatchGrid grid = Tokens.grid(8, 8);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens compressed = compress(Tokens.random(grid, 2, scope), 20, ALL_BUT_ONE_COLUMN);
      long inside =
          IntStream.of(compressed.patches())
              .filter(patch -> grid.isInside(patch, ALL_BUT_ONE_COLUMN))
              .count();
      assertThat(inside).isEqualTo(17);
    }
  }

  /** Halving keeps blocks compact: 64 patches in 4 blocks are the four quarters. */
  @Test
  void blocksAreCompact() {
    PatchGrid grid = Tokens.grid(8, 8);
    try (NDManager scope = root.newSubManager()) {
      float[][] groups =
          Tokens.rows(compress(oneHot(grid, scope), 4, ContextualRegion.WHOLE_IMAGE).embeddings());
      for (float[] group : groups) {
        int[] members =
            IntStream.range(0, group.length).filter(patch -> group[patch] > 0).toArray();
        assertThat(members).hasSize(16);
        assertThat(IntStream.of(members).map(grid::row).map(row -> row / 4).distinct().count())
            .isEqualTo(1);
        assertThat(IntStream.of(members).map(grid::column).map(c -> c / 4).distinct().count())
            .isEqualTo(1);
      }
    }
  }

  @Test
  void classTokenCountsAsRegion() {
    PatchGrid grid = new PatchGrid(1, 4, 4, 0, new ImageBox(0, 0, 1, 1));
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(grid, 2, scope);
      VisualTokens compressed = compress(all, 6, CORNER);
      assertThat(compressed.patches()).hasSize(6).startsWith(0, 1);
      assertThat(Tokens.rows(compressed.embeddings())[0])
          .isEqualTo(Tokens.rows(all.embeddings())[0]);
    }
  }

  private static VisualTokens compress(VisualTokens tokens, int budget, ContextualRegion region) {
    return POOLED.compress(tokens, budget, Tokens.request(tokens.layout(), region, 0));
  }

  private static int[] inside(PatchGrid grid, ContextualRegion region) {
    return IntStream.range(0, grid.size()).filter(token -> grid.isInside(token, region)).toArray();
  }

  private static VisualTokens oneHot(PatchGrid grid, NDManager scope) {
    int size = grid.size();
    float[] identity = new float[size * size];
    for (int i = 0; i < size; i++) {
      identity[i * size + i] = 1;
    }
    return VisualTokens.all(scope.create(identity, new Shape(size, size)), VisualLayout.of(grid));
  }
}
