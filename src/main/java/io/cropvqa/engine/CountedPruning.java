package io.cropvqa.engine;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.pruning.VisualLayout;
import java.util.stream.IntStream;

/** Counts what pruning did to one question, from the shapes that ran. */
final class CountedPruning {
  private CountedPruning() {}

  /**
   * @param layout of the tokens that the vision encoder made of all images
   * @param visualTokens how many entered the language model
   * @param prompt those with the question's text
   * @param sequence the prompt after its prefill
   */
  static PruningStatistics of(
      LanguageModel decoder,
      PruningPlan plan,
      VisualLayout layout,
      int visualTokens,
      Prompt prompt,
      Sequence sequence) {
    LanguageModelConfig config = decoder.config();
    long fullLength = prompt.unprunedLength();
    long flops =
        sequence.tokensPerLayer().stream().mapToLong(config::prefillFlops).sum()
            + sequence.rankingFlops();
    return new PruningStatistics(
        plan,
        layout.size(),
        visualTokens,
        sequence.visualTokensPerLayer(),
        IntStream.of(sequence.keptPatches()).mapToObj(layout::box).toList(),
        flops,
        config.numHiddenLayers() * config.prefillFlops(fullLength),
        sequence.kvCacheBytes(),
        decoder.kvCacheBytes(fullLength));
  }
}
