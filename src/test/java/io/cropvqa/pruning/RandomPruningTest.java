package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.tensor.Torch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomPruningTest {
  private static final PatchGrid GRID = Tokens.grid(4, 5);

  @Test
  void everyPatchHasTheSameChance() {
    int draws = 2_000;
    int[] drawn = new int[GRID.size()];
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(GRID, 1, scope);
      for (int seed = 0; seed < draws; seed++) {
        int[] kept = draw(tokens, 5, seed);
        assertThat(kept).hasSize(5).doesNotHaveDuplicates().isSorted();
        IntStream.of(kept).forEach(patch -> drawn[patch]++);
      }
    }
    // Each is drawn with a chance of 1/4: 500 times, with a standard deviation of 19.4.
    assertThat(IntStream.of(drawn)).allMatch(count -> count > 403 && count < 597);
  }

  @Test
  void sameSeedDrawsTheSame() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(GRID, 1, scope);
      assertThat(draw(tokens, 7, 11)).isEqualTo(draw(tokens, 7, 11));
      assertThat(draw(tokens, 7, 11)).isNotEqualTo(draw(tokens, 7, 12));
    }
  }

  private static int[] draw(VisualTokens tokens, int keep, long seed) {
    PruningRequest request = Tokens.request(GRID, ContextualRegion.WHOLE_IMAGE, seed);
    return new RandomPruning().compress(tokens, keep, request).patches();
  }
}
