package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * By how much {@code crop} with its own localizer is ahead of a row at the same budget: the
 * difference of their shares of exact matches, on the same questions. Negative where it is behind.
 *
 * @param all over all questions
 * @param small over those whose answer lies in a small part of the picture; null if there are none
 */
public record Lead(Estimate all, Estimate small) {

  /**
   * @param crop its answers, question by question
   * @param trials the row's
   */
  static Lead of(List<Trial> crop, List<Trial> trials, long seed) {
    List<Trial> smallCrop = new ArrayList<>();
    List<Trial> smallTrials = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      if (trials.get(i).hasSmallRegion()) {
        smallCrop.add(crop.get(i));
        smallTrials.add(trials.get(i));
      }
    }
    return new Lead(
        difference(crop, trials, seed),
        smallTrials.isEmpty() ? null : difference(smallCrop, smallTrials, seed));
  }

  private static Estimate difference(List<Trial> crop, List<Trial> trials, long seed) {
    return Estimate.difference(
        crop.stream().mapToDouble(Trial::exactMatch).toArray(),
        trials.stream().mapToDouble(Trial::exactMatch).toArray(),
        seed);
  }
}
