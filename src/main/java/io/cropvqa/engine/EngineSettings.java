package io.cropvqa.engine;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.model.Sampler;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How workers answer, where a question doesn't say.
 *
 * @param pruning name of the pruning method
 * @param visualTokens budget; empty takes {@code retentionRatio}
 * @param retentionRatio budget as a share of the images' visual tokens, in (0, 1]
 * @param maxNewTokens most tokens to generate
 * @param kvCacheMaxBytes most bytes of keys and values that one worker's questions may hold
 * @param sampling how the next token is chosen
 * @param methods what the pruning methods leave open
 */
public record EngineSettings(
    String pruning,
    OptionalInt visualTokens,
    double retentionRatio,
    int maxNewTokens,
    long kvCacheMaxBytes,
    Sampler.Settings sampling,
    PruningSettings methods) {

  public EngineSettings {
    try {
      PruningMethods.requireKnown(pruning);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("crop.pruning.method: " + e.getMessage(), e);
    }
    if (visualTokens.isPresent() && visualTokens.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "crop.pruning.visual-tokens must be at least 1, got " + visualTokens.getAsInt());
    }
    if (!(retentionRatio > 0 && retentionRatio <= 1)) {
      throw new IllegalArgumentException(
          "crop.pruning.retention-ratio must be in (0, 1], got " + retentionRatio);
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "crop.generation.max-new-tokens must be at least 1, got " + maxNewTokens);
    }
  }

  /** Names of the pruning methods that a plan may call for. */
  public static Set<String> pruningMethods() {
    return PruningMethods.names();
  }

  /**
   * Whether a question's region is worth looking for before it is answered: its method uses one,
   * and it brings none of its own. Those of several images are for whoever answers to find, and an
   * unknown method to refuse.
   */
  public boolean looksForRegion(ImageQuestion question) {
    String method = question.options().pruning().orElse(pruning);
    return question.images().size() == 1
        && question.options().region().isEmpty()
        && pruningMethods().contains(method)
        && PruningMethods.usesRegion(method);
  }

  /** The budget for images of so many tokens together. */
  int budget(int tokens) {
    return visualTokens.orElse(Math.max(1, (int) Math.round(retentionRatio * tokens)));
  }
}
