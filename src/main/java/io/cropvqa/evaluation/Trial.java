package io.cropvqa.evaluation;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
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
 * @param run what it cost; empty if it failed, or if no model was asked
 * @param vqaAccuracy in [0, 1]; a question that failed is a wrong answer
 * @param exactMatch 0 or 1
 */
record Trial(
    VqaExample example,
    String answer,
    Optional<String> failure,
    Optional<Run> run,
    double vqaAccuracy,
    double exactMatch) {
  private static final double SMALL_REGION = 0.25;

  static Trial answered(VqaExample example, Answer answer) {
    return of(example, answer.text(), Optional.of(Run.of(answer)));
  }

  /** An answer that no model gave. */
  static Trial guessed(VqaExample example, String answer) {
    return of(example, answer, Optional.empty());
  }

  private static Trial of(VqaExample example, String answer, Optional<Run> run) {
    return new Trial(
        example,
        answer,
        Optional.empty(),
        run,
        VqaAccuracy.of(answer, example.answers()),
        ExactMatch.of(answer, example.answers()) ? 1 : 0);
  }

  static Trial failed(VqaExample example, String reason) {
    return new Trial(example, "", Optional.of(reason), Optional.empty(), 0, 0);
  }

  boolean isAnswered() {
    return failure.isEmpty();
  }

  Optional<String> type() {
    return Optional.of(example.type());
  }

  /** {@code small} for a region of a quarter of the picture or less, else {@code large}. */
  Optional<String> regionSize() {
    return example.region().map(region -> isSmall(region) ? "small" : "large");
  }

  boolean hasSmallRegion() {
    return example.region().filter(Trial::isSmall).isPresent();
  }

  /**
   * Of questions with a small region, {@code revealed} where the region points at the answer and
   * {@code asked} where the question names what is in it; else {@code large}.
   */
  Optional<String> hint() {
    if (example.region().isPresent() && !hasSmallRegion()) {
      return Optional.of("large");
    }
    return example
        .regionReveals()
        .filter(reveals -> hasSmallRegion())
        .map(reveals -> reveals ? "revealed" : "asked");
  }

  private static boolean isSmall(ContextualRegion region) {
    return region.areaRatio() <= SMALL_REGION;
  }
}
