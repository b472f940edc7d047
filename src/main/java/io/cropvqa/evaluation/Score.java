package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How right a set of answers is.
 *
 * @param questions how many
 * @param vqaAccuracy the official VQA accuracy
 * @param exactMatch share that is a known answer, letter by letter
 */
public record Score(int questions, Estimate vqaAccuracy, Estimate exactMatch) {

  static Score of(List<Trial> trials, long seed) {
    return new Score(
        trials.size(),
        Estimate.of(trials.stream().mapToDouble(Trial::vqaAccuracy).toArray(), seed),
        Estimate.of(trials.stream().mapToDouble(Trial::exactMatch).toArray(), seed));
  }

  /** Scores of each group; trials that belong to none are left out. */
  static Map<String, Score> by(
      Function<Trial, Optional<String>> group, List<Trial> trials, long seed) {
    Map<String, List<Trial>> groups = new TreeMap<>();
    for (Trial trial : trials) {
      group
          .apply(trial)
          .ifPresent(name -> groups.computeIfAbsent(name, key -> new ArrayList<>()).add(trial));
    }
    Map<String, Score> scores = new TreeMap<>();
    groups.forEach((name, some) -> scores.put(name, of(some, seed)));
    return scores;
  }
}
