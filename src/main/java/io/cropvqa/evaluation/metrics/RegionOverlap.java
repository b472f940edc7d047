package io.cropvqa.evaluation.metrics;

import io.cropvqa.domain.ContextualRegion;

/**
 * How well a found region fits the true one, in blocks of the 8x8 grid.
 *
 * @param iou blocks in both over blocks in either, in [0, 1]
 * @param recall share of the true region that was found, in [0, 1]
 */
public record RegionOverlap(double iou, double recall) {
  private static final double ROUNDING = 1e-9; // well under one of 64 blocks

  public static RegionOverlap of(ContextualRegion found, ContextualRegion truth) {
    double both = found.commonAreaRatio(truth);
    double either = found.areaRatio() + truth.areaRatio() - both;
    return new RegionOverlap(both / either, both / truth.areaRatio());
  }

  /** Whether all of the true region was found. */
  public boolean isCovered() {
    return recall > 1 - ROUNDING;
  }
}
