package io.cropvqa.evaluation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * One row of the table.
 *
 * @param method the pruning method; {@code none} and {@code no-image} are the references
 * @param budget visual tokens it may cost, averaged over the layers; null for the references
 * @param score over all questions
 * @param byType the same for each type of question
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
    Double retention,
    double averageVisualTokens,
    double medianMs,
    double timeRatio,
    double medianLocalizeMs,
    int failed) {

  static Row of(Cell cell, List<Trial> trials, List<Trial> full, long seed) {
    List<Trial> answered = trials.stream().filter(Trial::isAnswered).toList();
    Score score = Score.of(trials, seed);
    double fullAccuracy = Score.of(full, seed).vqaAccuracy().mean();
    double medianMs = median(answered, Trial::totalMs);
    return new Row(
        cell.method(),
        cell.budget().isPresent() ? cell.budget().getAsInt() : null,
        score,
        byType(trials, seed),
        fullAccuracy == 0 ? null : score.vqaAccuracy().mean() / fullAccuracy,
        answered.stream().mapToDouble(Trial::visualTokens).average().orElse(0),
        medianMs,
        medianMs / median(full.stream().filter(Trial::isAnswered).toList(), Trial::totalMs),
        median(answered, Trial::localizeMs),
        trials.size() - answered.size());
  }

  private static Map<String, Score> byType(List<Trial> trials, long seed) {
    Map<String, List<Trial>> types =
        trials.stream()
            .collect(
                Collectors.groupingBy(
                    trial -> trial.example().type(), TreeMap::new, Collectors.toList()));
    Map<String, Score> scores = new TreeMap<>();
    types.forEach((type, some) -> scores.put(type, Score.of(some, seed)));
    return scores;
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
