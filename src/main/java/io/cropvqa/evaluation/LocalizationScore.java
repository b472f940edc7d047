package io.cropvqa.evaluation;

import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.evaluation.metrics.RegionOverlap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How well regions were found, over the questions whose true region is known.
 *
 * @param questions how many
 * @param iou mean intersection over union with the true region
 * @param recall mean share of the true region that was covered
 * @param area mean share of the picture that the found regions take
 * @param trueArea the same of the true regions
 * @param fallbacks share of questions whose localizer wasn't sure, so that they got the whole
 *     picture
 */
public record LocalizationScore(
    int questions, double iou, double recall, double area, double trueArea, double fallbacks) {
  private static final String ALL = "all";

  /** By type of question, and over {@code all}; empty if no true region is known. */
  static Map<String, LocalizationScore> byType(List<Trial> trials) {
    List<Trial> known =
        trials.stream()
            .filter(trial -> trial.isAnswered() && trial.example().region().isPresent())
            .toList();
    Map<String, LocalizationScore> scores = new TreeMap<>();
    known.stream()
        .collect(Collectors.groupingBy(trial -> trial.example().type()))
        .forEach((type, some) -> scores.put(type, of(some)));
    if (!known.isEmpty()) {
      scores.put(ALL, of(known));
    }
    return scores;
  }

  private static LocalizationScore of(List<Trial> trials) {
    double iou = 0;
    double recall = 0;
    double area = 0;
    double trueArea = 0;
    double fallbacks = 0;
    for (Trial trial : trials) {
      LocatedRegion found = trial.region().orElseThrow();
      RegionOverlap overlap = RegionOverlap.of(found.box(), trial.example().region().orElseThrow());
      iou += overlap.iou();
      recall += overlap.recall();
      area += found.box().areaRatio();
      trueArea += trial.example().region().orElseThrow().areaRatio();
      fallbacks += found.source() == LocatedRegion.Source.FALLBACK ? 1 : 0;
    }
    int n = trials.size();
    return new LocalizationScore(n, iou / n, recall / n, area / n, trueArea / n, fallbacks / n);
  }
}
