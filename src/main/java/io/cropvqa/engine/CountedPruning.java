package io.cropvqa.engine;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.stream.IntStream;

/** Counts what pruning did to one question, from the shapes that ran. */
final class CountedPruning {
  private CountedPruning() {}

  /**
   * @param encoded what the vision encoder made of each image
   * @param compressed what entered the language model of each
   * @param prompt those with the question's text
   * @param sequence the prompt after its prefill
   */
  static PruningStatistics of(
      LanguageModel decoder,
      PruningPlan plan,
      List<VisualTokens> encoded,
      List<VisualTokens> compressed,
      Prompt prompt,
      Sequence sequence) {
    LanguageModelConfig config = decoder.config();
    VisualLayout layout = VisualLayout.joined(encoded.stream().map(VisualTokens::layout).toList());
    long fullLength = prompt.unprunedLength();
    long flops =
        sequence.tokensPerLayer().stream().mapToLong(config::prefillFlops).sum()
            + sequence.rankingFlops();
    return new PruningStatistics(
        plan,
        count(encoded),
        count(compressed),
        sequence.visualTokensPerLayer(),
        IntStream.of(sequence.keptPatches()).mapToObj(layout::box).toList(),
        flops,
        config.numHiddenLayers() * config.prefillFlops(fullLength),
        sequence.kvCacheBytes(),
        decoder.kvCacheBytes(fullLength));
  }

  private static int count(List<VisualTokens> images) {
    return images.stream().mapToInt(VisualTokens::count).sum();
  }
}
