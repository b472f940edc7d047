package io.cropvqa.engine;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.pruning.VisualTokens;
import java.util.stream.IntStream;

/** Counts what pruning did to one question, from the shapes that ran. */
final class CountedPruning {
  private CountedPruning() {}

  /**
   * @param tokens what the vision encoder made
   * @param compressed what entered the language model
   * @param prompt those with the question's text
   * @param sequence the prompt after its prefill
   */
  static PruningStatistics of(
      LanguageModel decoder,
      PruningPlan plan,
      VisualTokens tokens,
      VisualTokens compressed,
      Prompt prompt,
      Sequence sequence) {
    LanguageModelConfig config = decoder.config();
    long fullLength = prompt.unprunedLength();
    long flops =
        sequence.tokensPerLayer().stream().mapToLong(config::prefillFlops).sum()
            + sequence.rankingFlops();
    return new PruningStatistics(
        plan,
        tokens.count(),
        compressed.count(),
        sequence.visualTokensPerLayer(),
        IntStream.of(sequence.keptPatches()).mapToObj(tokens.layout()::box).toList(),
        flops,
        config.numHiddenLayers() * config.prefillFlops(fullLength),
        sequence.kvCacheBytes(),
        decoder.kvCacheBytes(fullLength));
  }
}
