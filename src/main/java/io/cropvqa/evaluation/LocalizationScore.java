package io.cropvqa.evaluation;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.evaluation.metrics.Median;
import io.cropvqa.evaluation.metrics.RegionOverlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How well regions were found and at what cost, over the questions whose true region is known.
 *
 * @param questions how many
 * @param recall share of questions whose true region lies wholly inside the found one
 * @param coverage mean share of the true region that was covered
 * @param iou mean intersection over union with the true region
 * @param area mean share of the picture that the found regions take
 * @param trueArea the same of the true regions
 * @param fallbacks share of questions whose localizer wasn't sure, so that they got the whole
 *     picture
 * @param medianMs median time to find a region, over the questions asked one at a time; null if
 *     none of these was
 * @param prefillShare that median over the median time of the full model's prefill on the same
 *     questions; null as the time
 */
public record LocalizationScore(
    int questions,
    double recall,
    double coverage,
    double iou,
    double area,
    double trueArea,
    double fallbacks,
    Double medianMs,
    Double prefillShare) {
  private static final String ALL = "all";
  private static final String SMALL = "small regions";

  /** One question, as the localizer and the full model took it. */
  private record Located(Trial trial, Trial full, boolean timed) {
    LocatedRegion found() {
      return trial.run().orElseThrow().region();
    }

    ContextualRegion truth() {
      return trial.example().region().orElseThrow();
    }

    RegionOverlap overlap() {
      return RegionOverlap.of(found().box(), truth());
    }
  }

  /**
   * By type of question, over {@code small regions} and over {@code all}; empty if no true region
   * is known or nothing was localized.
   */
  static Map<String, LocalizationScore> byType(Evaluation evaluation) {
    List<Located> known =
        evaluation.located().map(cell -> known(evaluation, cell)).orElseGet(List::of);
    Map<String, LocalizationScore> scores = new TreeMap<>();
    known.stream()
        .map(one -> one.trial().example().type())
        .distinct()
        .forEach(
            type -> put(scores, type, known, one -> one.trial().example().type().equals(type)));
    put(scores, SMALL, known, one -> one.trial().hasSmallRegion());
    put(scores, ALL, known, one -> true);
    return scores;
  }

  private static List<Located> known(Evaluation evaluation, Cell cell) {
    List<Trial> trials = evaluation.of(cell);
    List<Trial> full = evaluation.of(Cell.FULL);
    List<Located> known = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      if (trial.isAnswered() && trial.example().region().isPresent()) {
        boolean timed = i < evaluation.plan().timed() && full.get(i).isAnswered();
        known.add(new Located(trial, full.get(i), timed));
      }
    }
    return known;
  }

  private static void put(
      Map<String, LocalizationScore> scores,
      String name,
      List<Located> known,
      Predicate<Located> which) {
    List<Located> some = known.stream().filter(which).toList();
    if (!some.isEmpty()) {
      scores.put(name, of(some));
    }
  }

  private static LocalizationScore of(List<Located> some) {
    double recall = 0;
    double coverage = 0;
    double iou = 0;
    double area = 0;
    double trueArea = 0;
    double fallbacks = 0;
    for (Located one : some) {
      recall += one.overlap().isCovered() ? 1 : 0;
      coverage += one.overlap().recall();
      iou += one.overlap().iou();
      area += one.found().box().areaRatio();
      trueArea += one.truth().areaRatio();
      fallbacks += one.found().source() == LocatedRegion.Source.FALLBACK ? 1 : 0;
    }
    List<Located> timed = some.stream().filter(Located::timed).toList();
    Double ms = null;
    Double share = null;
    if (!timed.isEmpty()) {
      ms = Median.of(timed, one -> one.trial().run().orElseThrow().localizeMs());
      share = ms / Median.of(timed, one -> one.full().run().orElseThrow().prefillMs());
    }
    int n = some.size();
    return new LocalizationScore(
        n, recall / n, coverage / n, iou / n, area / n, trueArea / n, fallbacks / n, ms, share);
  }
}
