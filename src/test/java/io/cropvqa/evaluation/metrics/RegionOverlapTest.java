package io.cropvqa.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.ContextualRegion;
import org.junit.jupiter.api.Test;

class RegionOverlapTest {
  private static final ContextualRegion TRUTH = new ContextualRegion(2, 2, 3, 3);

  @Test
  void countsBlocks() {
    assertThat(RegionOverlap.of(TRUTH, TRUTH)).isEqualTo(new RegionOverlap(1, 1));
    assertThat(RegionOverlap.of(new ContextualRegion(3, 3, 4, 4), TRUTH))
        .isEqualTo(new RegionOverlap(1 / 7.0, 1 / 4.0));
    assertThat(RegionOverlap.of(new ContextualRegion(2, 2, 3, 5), TRUTH))
        .isEqualTo(new RegionOverlap(0.5, 1));
    assertThat(RegionOverlap.of(ContextualRegion.WHOLE_IMAGE, TRUTH))
        .isEqualTo(new RegionOverlap(4 / 64.0, 1));
  }

  @Test
  void regionsApartShareNothing() {
    assertThat(RegionOverlap.of(new ContextualRegion(0, 0, 1, 1), TRUTH))
        .isEqualTo(new RegionOverlap(0, 0));
    assertThat(RegionOverlap.of(new ContextualRegion(2, 6, 3, 7), TRUTH))
        .isEqualTo(new RegionOverlap(0, 0));
  }
}
