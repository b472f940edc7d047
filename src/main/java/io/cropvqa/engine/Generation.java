package io.cropvqa.engine;

import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Generates one answer, token by token. */
final class Generation {
  private final VisionLanguageModel model;
  private final Sequence sequence;
  private final Sampler sampler;
  private final Optional<Instant> deadline;
  private final int maxNewTokens;
  private final List<Integer> tokens = new ArrayList<>();
  private int next;

  Generation(
      VisionLanguageModel model,
      Sequence sequence,
      Sampler.Settings sampling,
      ImageQuestion question,
      int maxNewTokens) {
    this.model = model;
    this.sequence = sequence;
    this.sampler = new Sampler(sampling);
    this.deadline = question.options().deadline();
    this.maxNewTokens = maxNewTokens;
  }

  /** Takes the prompt through the decoder and chooses the first token. */
  void prefill() {
    next = sampler.next(model.languageModel().step(List.of(sequence))[0]);
  }

  /** Goes on until the model stops, the answer is long enough, or nobody waits for it any more. */
  FinishReason run() {
    while (!model.endsWith(next)) {
      tokens.add(next);
      if (tokens.size() == maxNewTokens) {
        return FinishReason.LENGTH;
      }
      if (deadline.isPresent() && Instant.now().isAfter(deadline.get())) {
        return FinishReason.DEADLINE;
      }
      sequence.append(next);
      next = sampler.next(model.languageModel().step(List.of(sequence))[0]);
    }
    return FinishReason.STOP;
  }

  /** What was generated so far, the end token left out. */
  List<Integer> tokens() {
    return List.copyOf(tokens);
  }
}
