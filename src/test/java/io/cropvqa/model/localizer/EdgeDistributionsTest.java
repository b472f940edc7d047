package io.cropvqa.model.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ContextualRegion;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EdgeDistributionsTest {
  private static final double[] COVERAGES = {0.500001, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1};

  /** Logits whose softmax of an edge is all on one number. */
  private static float[] certain(int... edges) {
    float[] logits = new float[32];
    Arrays.fill(logits, -1000);
    for (int edge = 0; edge < edges.length; edge++) {
      logits[edge * 8 + edges[edge]] = 1000;
    }
    return logits;
  }

  @Test
  void certainEdgesAreTheRegionAtEveryCoverage() {
    EdgeDistributions edges = EdgeDistributions.of(certain(2, 1, 4, 3), 0);
    for (double coverage : COVERAGES) {
      if (coverage < 1) {
        assertThat(edges.region(coverage)).isEqualTo(new ContextualRegion(2, 1, 4, 3));
      }
    }
    assertThat(edges.confidence()).isEqualTo(1);
  }

  /** Worked example: xmin is 2 with .7, 3 with .2 and 5 with .1. */
  @Test
  void eachEdgeTakesInTheTrueOneWithTheCoverage() {
    float[] logits = certain(0, 0, 7, 7);
    logits[0] = -1000;
    logits[2] = (float) Math.log(0.7);
    logits[3] = (float) Math.log(0.2);
    logits[5] = (float) Math.log(0.1);

    EdgeDistributions edges = EdgeDistributions.of(logits, 0);

    assertThat(edges.region(0.65).xmin()).isEqualTo(2);
    assertThat(edges.region(0.95).xmin()).isEqualTo(2);
    assertThat(edges.confidence()).isCloseTo(0.7, within(1e-6));
    logits[2] = (float) Math.log(0.2);
    logits[3] = (float) Math.log(0.7);
    EdgeDistributions later = EdgeDistributions.of(logits, 0);
    assertThat(later.region(0.75).xmin()).isEqualTo(3);
    assertThat(later.region(0.85).xmin()).isEqualTo(2);
  }

  /** Both ends of an axis may be sure of the impossible; what is possible then decides. */
  @Test
  void aMaximumNeverLiesBelowItsMinimum() {
    EdgeDistributions crossed = EdgeDistributions.of(certain(7, 7, 0, 0), 0);
    ContextualRegion region = crossed.region(0.9);
    assertThat(region.xmin()).isLessThanOrEqualTo(region.xmax());
    assertThat(crossed.confidence()).isPositive().isLessThanOrEqualTo(1);
  }

  @Test
  void anyLogitsGiveAValidRegionThatGrowsWithCoverage() {
    Random random = new Random(1);
    for (int trial = 0; trial < 20_000; trial++) {
      float[] logits = new float[64];
      double spread = Math.pow(10, random.nextInt(5) - 1);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (spread * random.nextGaussian());
      }
      EdgeDistributions edges = EdgeDistributions.of(logits, trial % 2);
      ContextualRegion smaller = edges.region(COVERAGES[0]);
      for (double coverage : COVERAGES) {
        ContextualRegion region = edges.region(coverage);
        assertThat(region.contains(smaller)).as("%s in %s", smaller, region).isTrue();
        smaller = region;
      }
      assertThat(edges.confidence()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void fullCoverageIsTheWholeImageUnlessTheRestIsImpossible() {
    assertThat(EdgeDistributions.of(new float[32], 0).region(1))
        .isEqualTo(ContextualRegion.WHOLE_IMAGE);
  }

  @Test
  void brokenWeightsAreNoRegion() {
    float[] logits = new float[32];
    logits[9] = Float.NaN;
    assertThatThrownBy(() -> EdgeDistributions.of(logits, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no numbers");
  }
}
