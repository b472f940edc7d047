package io.cropvqa.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextualRegionTest {

  @Test
  void boxIsSnappedOutwardToWholeBlocks() {
    assertThat(ContextualRegion.covering(new ImageBox(0.26, 0.1, 0.49, 0.13)))
        .isEqualTo(new ContextualRegion(2, 0, 3, 1));
    assertThat(ContextualRegion.covering(new ImageBox(0.25, 0.125, 0.5, 0.25)))
        .isEqualTo(new ContextualRegion(2, 1, 3, 1));
  }

  /** An edge computed from a padded grid comes out a hair beside the block edge it lies on. */
  @Test
  void roundingAddsNoBlock() {
    double nearlyHalf = Math.nextDown(0.5);
    assertThat(ContextualRegion.covering(new ImageBox(nearlyHalf, 0, 1, Math.nextUp(0.5))))
        .isEqualTo(new ContextualRegion(4, 0, 7, 3));
  }

  @Test
  void boxBeyondTheImageIsCutOff() {
    assertThat(ContextualRegion.covering(new ImageBox(-0.5, 0.9, 0.3, 1.4)))
        .isEqualTo(new ContextualRegion(0, 7, 2, 7));
    assertThat(ContextualRegion.covering(new ImageBox(-0.5, 1.1, -0.2, 1.4)))
        .isEqualTo(new ContextualRegion(0, 7, 0, 7));
  }

  @Test
  void thinBoxStillHasABlock() {
    assertThat(ContextualRegion.covering(new ImageBox(0.25, 0.3, 0.25 + 1e-12, 0.31)))
        .isEqualTo(new ContextualRegion(2, 2, 2, 2));
  }

  @Test
  void coveringUndoesToBox() {
    for (int min = 0; min < ContextualRegion.GRID; min++) {
      for (int max = min; max < ContextualRegion.GRID; max++) {
        ContextualRegion region = new ContextualRegion(min, 0, max, 7 - min);
        assertThat(ContextualRegion.covering(region.toBox())).isEqualTo(region);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,0,3,3", "0,-1,3,3", "4,0,3,3", "0,4,3,3", "0,0,8,3", "0,0,3,8"})
  void impossibleRegionIsRefused(int xmin, int ymin, int xmax, int ymax) {
    assertThatThrownBy(() -> ContextualRegion.of(List.of(xmin, ymin, xmax, ymax)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("region [%d,%d,%d,%d]".formatted(xmin, ymin, xmax, ymax));
  }

  @Test
  void areaIsAShareOfTheGrid() {
    assertThat(ContextualRegion.WHOLE_IMAGE.areaRatio()).isEqualTo(1);
    assertThat(new ContextualRegion(2, 1, 4, 3).areaRatio()).isEqualTo(9 / 64.0);
  }

  @Test
  void regionsAreComparedByTheirBlocks() {
    ContextualRegion region = new ContextualRegion(2, 1, 4, 3);
    assertThat(region.contains(region)).isTrue();
    assertThat(region.contains(new ContextualRegion(3, 2, 4, 2))).isTrue();
    assertThat(region.contains(new ContextualRegion(3, 2, 5, 2))).isFalse();
    assertThat(region.commonAreaRatio(new ContextualRegion(4, 0, 7, 2))).isEqualTo(2 / 64.0);
    assertThat(region.commonAreaRatio(new ContextualRegion(5, 1, 7, 3))).isZero();
    assertThat(region.commonAreaRatio(region)).isEqualTo(region.areaRatio());
  }
}
