package io.cropvqa.engine.trial;

import java.util.List;

/**
 * One prompt's way through a decoder.
 *
 * @param tokensPerLayer rows that each layer of the prefill worked on
 * @param visualTokensPerLayer the visual ones among them
 * @param prefillFlops floating-point operations of the layers' prefill, counted from those shapes,
 *     ranking included
 * @param prefillFlopsFull the same without pruning
 * @param headFlops floating-point operations of the output, not in either
 * @param prefillNanos time of compression, prompt assembly and prefill
 * @param decodedTokens tokens decoded after the prefill
 * @param decodeNanos their time
 * @param bytesPerToken bytes of weights, keys and values that each of them reads on average
 * @param kvCacheBytes bytes of keys and values after the prefill
 */
public record TrialRun(
    List<Integer> tokensPerLayer,
    List<Integer> visualTokensPerLayer,
    long prefillFlops,
    long prefillFlopsFull,
    long headFlops,
    long prefillNanos,
    int decodedTokens,
    long decodeNanos,
    double bytesPerToken,
    long kvCacheBytes) {}
