package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * One row of the table.
 *
 * @param method the pruning method; {@code none} and {@code no-image} are the references
 * @param budget visual tokens it may cost, averaged over the layers; null for the references
 * @param score over all questions
 * @param byType the same for each type of question
 * @param byRegion the same for questions whose answer lies in a {@code small} part of the picture,
 *     a quarter of it or less, and in a {@code large} one; empty where that is not known
 * @param retention VQA accuracy over that of the full model; null if that has none
 * @param averageVisualTokens what it did cost, averaged over layers and questions
 * @param medianMs median time of a question, encoding and localization included
 * @param timeRatio its median over that of the full model
 * @param medianLocalizeMs localization's part
 * @param failed questions without an answer; they count as wrong, and are left out of the times
 */
public record Row(
    String method,
    Integer budget,
    Score score,
    Map<String, Score> byType,
    Map<String, Score> byRegion,
    Estimate retention,
    double averageVisualTokens,
    double medianMs,
    double timeRatio,
    double medianLocalizeMs,
    int failed) {
  private static final double SMALL_REGION = 0.25;

  static Row of(Cell cell, List<Trial> trials, List<Trial> full, long seed) {
    List<Trial> answered = trials.stream().filter(Trial::isAnswered).toList();
    Score score = Score.of(trials, seed);
    double medianMs = median(answered, Trial::totalMs);
    return new Row(
        cell.method(),
        cell.budget().isPresent() ? cell.budget().getAsInt() : null,
        score,
        scores(trials, Row::type, seed),
        scores(trials, Row::regionSize, seed),
        retention(trials, full, seed),
        answered.stream().mapToDouble(Trial::visualTokens).average().orElse(0),
        medianMs,
        medianMs / median(full.stream().filter(Trial::isAnswered).toList(), Trial::totalMs),
        median(answered, Trial::localizeMs),
        trials.size() - answered.size());
  }

  private static Optional<String> type(Trial trial) {
    return Optional.of(trial.example().type());
  }

  private static Optional<String> regionSize(Trial trial) {
    return trial
        .example()
        .region()
        .map(region -> region.areaRatio() <= SMALL_REGION ? "small" : "large");
  }

  /** Scores of each group; trials that belong to none are left out. */
  private static Map<String, Score> scores(
      List<Trial> trials, Function<Trial, Optional<String>> group, long seed) {
    Map<String, List<Trial>> groups = new TreeMap<>();
    for (Trial trial : trials) {
      group
          .apply(trial)
          .ifPresent(name -> groups.computeIfAbsent(name, key -> new ArrayList<>()).add(trial));
    }
    Map<String, Score> scores = new TreeMap<>();
    groups.forEach((name, some) -> scores.put(name, Score.of(some, seed)));
    return scores;
  }

  private static Estimate retention(List<Trial> trials, List<Trial> full, long seed) {
    double[] reference = full.stream().mapToDouble(Trial::vqaAccuracy).toArray();
    return DoubleStream.of(reference).sum() == 0
        ? null
        : Estimate.ratio(
            trials.stream().mapToDouble(Trial::vqaAccuracy).toArray(), reference, seed);
  }

  private static double median(List<Trial> trials, ToDoubleFunction<Trial> time) {
    double[] sorted = trials.stream().mapToDouble(time).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
