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
    double width = Math.min(found.xmax(), truth.xmax()) - Math.max(found.xmin(), truth.xmin()) + 1;
    double height = Math.min(found.ymax(), truth.ymax()) - Math.max(found.ymin(), truth.ymin()) + 1;
    double both =
        Math.max(0, width) * Math.max(0, height) / (ContextualRegion.GRID * ContextualRegion.GRID);
    double either = found.areaRatio() + truth.areaRatio() - both;
    return new RegionOverlap(both / either, both / truth.areaRatio());
  }

  /** Whether all of the true region was found. */
  public boolean isCovered() {
    return recall > 1 - ROUNDING;
  }
}
