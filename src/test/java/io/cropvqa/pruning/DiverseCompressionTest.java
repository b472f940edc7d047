package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiverseCompressionTest {
  private static final DiverseCompression DIVERSE =
      new DiverseCompression(PruningSettings.DEFAULTS);
  private static final ContextualRegion CORNER = new ContextualRegion(0, 0, 1, 1);

  private static NDManager root;

  @BeforeAll
  static void open() {
    root = Torch.open(Device.cpu());
  }

  @AfterAll
  static void close() {
    root.close();
  }

  /** The region is the corner's four patches; the rest shows three things, in stripes. */
  @Test
  void backgroundBecomesOneTokenForEachThingItShows() {
    PatchGrid grid = Tokens.grid(8, 8);
    float[][] things = {{4, 0, 0}, {0, 5, 0}, {0, 0, 6}};
    float[] values = new float[grid.size() * 3];
    for (int token = 0; token < grid.size(); token++) {
      float[] thing = things[grid.column(token) % 3];
      System.arraycopy(thing, 0, values, token * 3, 3);
    }
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all =
          VisualTokens.all(scope.create(values, new Shape(grid.size(), 3)), VisualLayout.of(grid));

      VisualTokens compressed = DIVERSE.compress(all, 7, Tokens.request(grid, CORNER, 0));

      assertThat(compressed.patches()).contains(0, 1, 8, 9).hasSize(7);
      float[][] rows = Tokens.rows(compressed.embeddings());
      int[] groups = IntStream.range(0, 7).filter(row -> compressed.members()[row] > 1).toArray();
      assertThat(IntStream.of(groups).map(row -> compressed.members()[row]).sum()).isEqualTo(60);
      assertThat(IntStream.of(groups).mapToObj(row -> rounded(rows[row])))
          .containsExactlyInAnyOrder("[4, 0, 0]", "[0, 5, 0]", "[0, 0, 6]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 40, 63, 64})
  void everyBudgetIsMetAndEveryTokenIsInAGroup(int budget) {
    PatchGrid grid = Tokens.grid(8, 8);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens all = Tokens.random(grid, 6, scope);

      VisualTokens compressed =
          DIVERSE.compress(all, budget, Tokens.request(grid, ContextualRegion.WHOLE_IMAGE, 0));

      assertThat(compressed.count()).isEqualTo(budget);
      assertThat(Arrays.stream(compressed.members()).sum()).isEqualTo(grid.size());
      assertThat(weightedMean(compressed)).isCloseTo(weightedMean(all), within(1e-5));
    }
  }

  private static String rounded(float[] row) {
    return Arrays.toString(IntStream.range(0, 3).map(i -> Math.round(row[i])).toArray());
  }

  /** Groups lose differences between their members, not what all tokens together say. */
  private static double weightedMean(VisualTokens tokens) {
    float[][] rows = Tokens.rows(tokens.embeddings());
    double sum = 0;
    for (int row = 0; row < rows.length; row++) {
      sum += (double) tokens.members()[row] * rows[row][0];
    }
    return sum / Arrays.stream(tokens.members()).sum();
  }
}
