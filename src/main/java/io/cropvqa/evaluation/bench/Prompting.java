package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.engine.trial.TrialDecoder;
import io.cropvqa.engine.trial.TrialRun;
import java.util.Optional;

/**
 * A prompt to be measured: a picture within some text, or text alone.
 *
 * @param plan how the picture is pruned, if there is one
 * @param textTokens tokens of text
 */
record Prompting(Optional<PruningPlan> plan, int textTokens) {

  static Prompting picture(PruningPlan plan, int textTokens) {
    return new Prompting(Optional.of(plan), textTokens);
  }

  static Prompting text(int tokens) {
    return new Prompting(Optional.empty(), tokens);
  }

  /** {@code none}, {@code crop}, or {@code text@600}. */
  String name() {
    return plan.map(PruningPlan::method).orElse("text@" + textTokens);
  }

  TrialRun run(TrialDecoder decoder, int newTokens) {
    return plan.isPresent()
        ? decoder.picture(plan.get(), textTokens, newTokens)
        : decoder.text(textTokens, newTokens);
  }
}
