package io.cropvqa.evaluation;

import io.cropvqa.evaluation.dataset.VqaExample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can be had without a model: every question gets the answer that is most frequent among
 * questions of its type, counted on the very data set that it is scored on.
 */
final class MostFrequent {
  private MostFrequent() {}

  static List<Trial> trials(List<VqaExample> examples) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (VqaExample example : examples) {
      Map<String, Integer> ofType = counts.computeIfAbsent(example.type(), t -> new TreeMap<>());
      example.answers().forEach(answer -> ofType.merge(answer, 1, Integer::sum));
    }
    Map<String, String> best = new HashMap<>();
    counts.forEach((type, ofType) -> best.put(type, mostFrequent(ofType)));
    return examples.stream()
        .map(example -> Trial.guessed(example, best.get(example.type())))
        .toList();
  }

  /** Of equally frequent ones the first of the alphabet. */
  private static String mostFrequent(Map<String, Integer> counts) {
    String best = null;
    for (Map.Entry<String, Integer> answer : counts.entrySet()) {
      if (best == null || answer.getValue() > counts.get(best)) {
        best = answer.getKey();
      }
    }
    return best;
  }
}
