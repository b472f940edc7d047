package io.cropvqa.evaluation.bench;

/**
 * How long a question takes that has the engine for itself. Every question is about a picture that
 * the engine has not seen.
 *
 * @param method the pruning method
 * @param budget visual tokens it may cost, averaged over the layers; null for {@code none}
 * @param visualTokens what it did cost, the median
 * @param totalMs from the decoded picture to the answer, localization included
 * @param speedUp median of {@code none} over this one's
 * @param encodeMs the median of pixels to visual tokens
 * @param localizeMs the median of finding the region
 * @param compressMs the median of Pre-LLM Compression and prompt assembly
 * @param prefillMs the median of the prefill, Inner-LLM Pruning included
 * @param generateMs the median of all tokens after the first
 */
public record LatencyRow(
    String method,
    Integer budget,
    double visualTokens,
    Spread totalMs,
    double speedUp,
    double encodeMs,
    double localizeMs,
    double compressMs,
    double prefillMs,
    double generateMs) {}
