package io.cropvqa.domain;

import java.util.List;

/**
 * What pruning did to one question, counted from the shapes that ran.
 *
 * @param plan what was asked for
 * @param visualTokensBefore what the vision encoder made of all images
 * @param visualTokensCompressed what entered the language model
 * @param visualTokensPerLayer what each decoder layer worked on, first layer first
 * @param keptPatches where on their images the visual tokens lie that are left after the last
 *     layer, those of the first image first
 * @param prefillFlops floating-point operations of the prefill that ran
 * @param prefillFlopsFull the same without pruning
 * @param kvCacheBytes bytes of keys and values held once prefill ended
 * @param kvCacheBytesFull the same without pruning
 */
public record PruningStatistics(
    PruningPlan plan,
    int visualTokensBefore,
    int visualTokensCompressed,
    List<Integer> visualTokensPerLayer,
    List<ImageBox> keptPatches,
    long prefillFlops,
    long prefillFlopsFull,
    long kvCacheBytes,
    long kvCacheBytesFull) {

  /** Visual tokens that outlive every pruning step: those the last layer sees. */
  public int visualTokensAfter() {
    return visualTokensPerLayer.get(visualTokensPerLayer.size() - 1);
  }

  /** The cost that the budget bounds: visual tokens averaged over the decoder's layers. */
  public double averageVisualTokens() {
    return visualTokensPerLayer.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  /** Average over initial visual tokens, in (0, 1]. */
  public double retentionRatio() {
    return averageVisualTokens() / visualTokensBefore;
  }
}
