package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Median;
import java.util.List;

/**
 * How long a row's answers took, over the questions that were asked one at a time.
 *
 * @param questions how many those are
 * @param medianMs median time of a question from the decoded picture to the whole answer, encoding
 *     and localization included, also where their result was remembered
 * @param ratio that median over the full model's
 * @param medianEncodeMs encoding's part
 * @param medianLocalizeMs localization's part
 * @param medianPrefillMs the prefill's part
 */
public record Times(
    int questions,
    double medianMs,
    double ratio,
    double medianEncodeMs,
    double medianLocalizeMs,
    double medianPrefillMs) {

  /** Null where there is no run. */
  static Times of(List<Run> runs, List<Run> full) {
    if (runs.isEmpty()) {
      return null;
    }
    double medianMs = Median.of(runs, Run::totalMs);
    return new Times(
        runs.size(),
        medianMs,
        medianMs / Median.of(full, Run::totalMs),
        Median.of(runs, Run::encodeMs),
        Median.of(runs, Run::localizeMs),
        Median.of(runs, Run::prefillMs));
  }
}
