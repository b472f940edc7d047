package io.cropvqa.engine;

import io.cropvqa.domain.FinishReason;
import io.cropvqa.engine.InferenceRequest.Mode;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens of one answer, chosen one by one, and when to stop. */
final class Generation {
  private final VisionLanguageModel model;
  private final Sampler sampler;
  private final Optional<Instant> deadline;
  private final boolean ignoreEos;
  private final int maxNewTokens;
  private final List<Integer> tokens = new ArrayList<>();

  Generation(
      VisionLanguageModel model,
      Sampler.Settings sampling,
      InferenceRequest request,
      int maxNewTokens) {
    this.model = model;
    this.sampler = new Sampler(sampling);
    this.deadline = request.question().options().deadline();
    this.ignoreEos = request.mode() == Mode.IGNORE_EOS;
    this.maxNewTokens = maxNewTokens;
  }

  /**
   * Chooses the next token.
   *
   * @param logits [V]
   * @return why there is to be none after it: the model stops, the answer is long enough, or nobody
   *     waits for it any more; empty if it goes on
   */
  Optional<FinishReason> next(float[] logits) {
    int next = sampler.next(logits);
    if (model.endsWith(next) && !ignoreEos) {
      return Optional.of(FinishReason.STOP);
    }
    tokens.add(next);
    if (tokens.size() == maxNewTokens) {
      return Optional.of(FinishReason.LENGTH);
    }
    return deadline.filter(Instant.now()::isAfter).map(late -> FinishReason.DEADLINE);
  }

  /** The token chosen last. */
  int last() {
    return tokens.get(tokens.size() - 1);
  }

  /** Tokens that there may still be. */
  int left() {
    return maxNewTokens - tokens.size();
  }

  /** What was generated so far, an end token that ended it left out. */
  List<Integer> tokens() {
    return List.copyOf(tokens);
  }
}
