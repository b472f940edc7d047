package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatchGridTest {
  private static final ContextualRegion LEFT_HALF = new ContextualRegion(0, 0, 3, 7);

  @Test
  void patchesAreCountedRowByRow() {
    PatchGrid grid = Tokens.grid(2, 3);
    assertThat(grid.size()).isEqualTo(6);
    assertThat(grid.row(4)).isEqualTo(1);
    assertThat(grid.column(4)).isEqualTo(1);
    assertBox(grid.box(4), 1 / 3.0, 0.5, 2 / 3.0, 1);
  }

  @Test
  void classTokenShowsEverythingAndBelongsToEveryRegion() {
    PatchGrid grid = new PatchGrid(1, 4, 4, 0, new ImageBox(0.25, 0, 0.75, 1));
    assertThat(grid.size()).isEqualTo(17);
    assertThat(grid.box(0)).isEqualTo(grid.canvas());
    assertThat(grid.isInside(0, new ContextualRegion(7, 7, 7, 7))).isTrue();
    assertThat(grid.row(1)).isZero();
    assertThat(grid.column(1)).isZero();
    assertThat(grid.row(16)).isEqualTo(3);
  }

  /** A picture twice as wide as high, cropped to its middle: the grid begins at a quarter. */
  @Test
  void centreCropShiftsTheGrid() {
    PatchGrid grid = new PatchGrid(4, 4, new ImageBox(0.25, 0, 0.75, 1));
    assertBox(grid.box(0), 0.25, 0, 0.375, 0.25);
    assertThat(inside(grid, LEFT_HALF)).containsExactly(0, 1, 4, 5, 8, 9, 12, 13);
    assertThat(inside(grid, new ContextualRegion(0, 0, 1, 7))).as("cropped away").isEmpty();
  }

  /**
   * A picture twice as wide as high, padded to a square: its upper and lower quarter are padding.
   */
  @Test
  void paddingBelongsToNoRegionButTheWholeImage() {
    PatchGrid grid = new PatchGrid(4, 4, new ImageBox(0, -0.5, 1, 1.5));
    assertThat(inside(grid, new ContextualRegion(0, 0, 7, 6)))
        .containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(inside(grid, ContextualRegion.WHOLE_IMAGE)).hasSize(16);
  }

  /** On a grid of 3x3 per block each block has its own nine patches. */
  @Test
  void blocksSplitTheGridWithoutOverlap() {
    PatchGrid grid = Tokens.grid(24, 24);
    int[] owners = new int[grid.size()];
    for (int y = 0; y < ContextualRegion.GRID; y++) {
      for (int x = 0; x < ContextualRegion.GRID; x++) {
        int[] patches = inside(grid, new ContextualRegion(x, y, x, y));
        assertThat(patches).hasSize(9);
        IntStream.of(patches).forEach(patch -> owners[patch]++);
      }
    }
    assertThat(owners).containsOnly(1);
  }

  /** Patches larger than a block: 2 rows of 5, or a picture ten times as wide as high, padded. */
  @Test
  void everyRegionHasAPatchOnACoarseGrid() {
    PatchGrid coarse = Tokens.grid(2, 5);
    PatchGrid padded = new PatchGrid(24, 24, new ImageBox(0, -4.5, 1, 5.5));
    for (int y = 0; y < ContextualRegion.GRID; y++) {
      for (int x = 0; x < ContextualRegion.GRID; x++) {
        ContextualRegion block = new ContextualRegion(x, y, x, y);
        assertThat(inside(coarse, block)).as("%s on 2x5", block).hasSize(1);
        assertThat(inside(padded, block)).as("%s, padded", block).hasSize(3);
      }
    }
    assertThat(inside(coarse, new ContextualRegion(1, 6, 6, 6))).containsExactly(6, 7, 8);
  }

  private static int[] inside(PatchGrid grid, ContextualRegion region) {
    return IntStream.range(0, grid.size()).filter(token -> grid.isInside(token, region)).toArray();
  }

  private static void assertBox(
      ImageBox box, double left, double top, double right, double bottom) {
    assertThat(box.left()).isCloseTo(left, within(1e-12));
    assertThat(box.top()).isCloseTo(top, within(1e-12));
    assertThat(box.right()).isCloseTo(right, within(1e-12));
    assertThat(box.bottom()).isCloseTo(bottom, within(1e-12));
  }
}
