package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.tensor.Torch;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A small view of the whole image, then two rows of three patches, each row with an end. */
class VisualLayoutTest {
  private static final ImageBox WHOLE = new ImageBox(0, 0, 1, 1);
  private static final VisualLayout LAYOUT =
      VisualLayout.of(new PatchGrid(2, 2, WHOLE), new PatchGrid(0, 2, 3, 1, WHOLE));

  @Test
  void placesGoThroughAllGridsAndCountRowEnds() {
    assertThat(LAYOUT.size()).isEqualTo(10);
    assertThat(LAYOUT.length()).isEqualTo(12);
    assertThat(LAYOUT.patches()).containsExactly(0, 1, 2, 3, 4, 5, 6, 8, 9, 10);
    assertThat(IntStream.range(0, 12).filter(LAYOUT::isRowEnd)).containsExactly(7, 11);
    assertThat(LAYOUT.gridOf(3)).isZero();
    assertThat(LAYOUT.gridOf(4)).isEqualTo(1);
    assertThat(LAYOUT.row(9)).isEqualTo(1);
    assertThat(LAYOUT.column(9)).isEqualTo(1);
    assertThat(LAYOUT.box(9).centreX()).isEqualTo(0.5);
    assertThat(LAYOUT.box(9).centreY()).isEqualTo(0.75);
  }

  @Test
  void rowEndsStayWithAnyTokenOfTheirRow() {
    assertThat(LAYOUT.rowEndsOf(new int[] {0, 3})).isEmpty();
    assertThat(LAYOUT.rowEndsOf(new int[] {0, 5})).containsExactly(7);
    assertThat(LAYOUT.rowEndsOf(new int[] {4, 6, 9})).containsExactly(7, 11);
  }

  /** The left quarter holds a column of each grid. */
  @Test
  void regionsTakeFromEveryGrid() {
    ContextualRegion left = new ContextualRegion(0, 0, 2, 7);
    assertThat(IntStream.of(LAYOUT.patches()).filter(place -> LAYOUT.isInside(place, left)))
        .containsExactly(0, 2, 4, 8);
  }

  /** Blocks, cells and picks on any number of grids: the budget is met, and nothing is twice. */
  @Test
  void methodsMeetEveryBudgetOnSeveralGrids() {
    PruningMethods methods = PruningMethods.untrained(PruningSettings.DEFAULTS);
    ContextualRegion region = new ContextualRegion(0, 0, 2, 7);
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(LAYOUT, 4, scope);
      for (String name : Set.of("downscale", "plc-pool", "plc-diverse", "random", "divprune")) {
        for (int keep = 1; keep < LAYOUT.size(); keep++) {
          VisualTokens kept =
              methods.named(name).compress(tokens, keep, Tokens.request(LAYOUT, region, 1));
          assertThat(kept.patches()).as(name).hasSize(keep).isSorted().doesNotHaveDuplicates();
          assertThat(IntStream.of(kept.patches())).noneMatch(LAYOUT::isRowEnd);
          assertThat(IntStream.of(kept.members()).sum()).isLessThanOrEqualTo(LAYOUT.size());
        }
      }
    }
  }

  /** Pooled blocks never mix grids while there is a block for each. */
  @Test
  void blocksStayWithinTheirGrid() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(LAYOUT, 4, scope);
      int[] all = IntStream.range(0, 10).toArray();
      for (int count = 2; count <= 10; count++) {
        for (int[] block : CompactBlocks.of(all, count, tokens).members()) {
          Set<Integer> grids = new HashSet<>();
          IntStream.of(block).forEach(token -> grids.add(LAYOUT.gridOf(tokens.patches()[token])));
          assertThat(grids).hasSize(1);
        }
      }
      assertThat(CompactBlocks.of(all, 1, tokens).count()).isEqualTo(1);
    }
  }
}
