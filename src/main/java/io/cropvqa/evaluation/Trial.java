package io.cropvqa.evaluation;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.Stage;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.evaluation.metrics.ExactMatch;
import io.cropvqa.evaluation.metrics.VqaAccuracy;
import java.util.Optional;

/**
 * One example answered one way.
 *
 * @param example what was asked
 * @param answer the text; empty if it failed
 * @param failure why there is no answer
 * @param region where the model looked
 * @param visualTokens averaged over the layers
 * @param localizeMs time to find the region
 * @param totalMs time from the decoded picture to the whole answer, encoding and localization
 *     included
 */
record Trial(
    VqaExample example,
    String answer,
    Optional<String> failure,
    Optional<LocatedRegion> region,
    double visualTokens,
    double localizeMs,
    double totalMs) {
  private static final double NANOS_PER_MS = 1e6;

  static Trial answered(VqaExample example, Answer answer) {
    return new Trial(
        example,
        answer.text(),
        Optional.empty(),
        Optional.of(answer.region()),
        answer.pruning().averageVisualTokens(),
        answer.timings().of(Stage.LOCALIZE).toNanos() / NANOS_PER_MS,
        answer.timings().total().toNanos() / NANOS_PER_MS);
  }

  static Trial failed(VqaExample example, String reason) {
    return new Trial(example, "", Optional.of(reason), Optional.empty(), 0, 0, 0);
  }

  boolean isAnswered() {
    return failure.isEmpty();
  }

  /** In [0, 1]; a question that failed is a wrong answer. */
  double vqaAccuracy() {
    return isAnswered() ? VqaAccuracy.of(answer, example.answers()) : 0;
  }

  double exactMatch() {
    return isAnswered() && ExactMatch.of(answer, example.answers()) ? 1 : 0;
  }
}
