package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.List;

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
}
