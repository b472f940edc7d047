package io.cropvqa.training.localizer;

import io.cropvqa.domain.ContextualRegion;
import java.util.Map;

/**
 * How well regions are found.
 *
 * @param questions how many
 * @param loss mean cross-entropy of an edge
 * @param recall share of questions whose whole true region lies in the found one
 * @param iou mean of blocks in both regions over blocks in either
 * @param area mean share of the picture that the found regions take
 * @param trueArea the same of the true ones
 */
public record LocalizerScore(
    int questions, double loss, double recall, double iou, double area, double trueArea) {
  static final LocalizerScore NONE = new LocalizerScore(0, 0, 0, 0, 0, 0);

  static LocalizerScore of(double loss, ContextualRegion found, ContextualRegion truth) {
    double both = found.commonAreaRatio(truth);
    double either = found.areaRatio() + truth.areaRatio() - both;
    return new LocalizerScore(
        1,
        loss,
        found.contains(truth) ? 1 : 0,
        both / either,
        found.areaRatio(),
        truth.areaRatio());
  }

  /** Of the questions of two scores. */
  LocalizerScore and(LocalizerScore other) {
    int all = questions + other.questions;
    double share = other.questions / (double) all;
    return new LocalizerScore(
        all,
        mean(loss, other.loss, share),
        mean(recall, other.recall, share),
        mean(iou, other.iou, share),
        mean(area, other.area, share),
        mean(trueArea, other.trueArea, share));
  }

  private static double mean(double one, double other, double share) {
    return one * (1 - share) + other * share;
  }

  /** Of all types together. */
  public static LocalizerScore all(Map<String, LocalizerScore> byType) {
    return byType.values().stream().reduce(NONE, LocalizerScore::and);
  }
}
