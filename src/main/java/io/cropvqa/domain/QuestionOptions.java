package io.cropvqa.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a question may ask for beside its answer; an empty field means the server's setting.
 *
 * @param pruning name of a pruning method
 * @param visualTokens budget: visual tokens the question may cost, averaged over the decoder's
 *     layers
 * @param maxNewTokens most tokens to generate
 * @param region the contextual region, where the caller knows it
 * @param deadline when an answer is no longer of use
 * @param priority higher goes first
 */
public record QuestionOptions(
    Optional<String> pruning,
    OptionalInt visualTokens,
    OptionalInt maxNewTokens,
    Optional<ContextualRegion> region,
    Optional<Instant> deadline,
    int priority) {

  public static final QuestionOptions DEFAULTS =
      new QuestionOptions(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          0);

  /**
   * @throws IllegalArgumentException if a count is not positive
   */
  public QuestionOptions {
    requirePositive("visualTokens", visualTokens);
    requirePositive("maxNewTokens", maxNewTokens);
  }

  private static void requirePositive(String option, OptionalInt value) {
    if (value.isPresent() && value.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "options.%s must be at least 1, got %d".formatted(option, value.getAsInt()));
    }
  }
}
