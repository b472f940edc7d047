package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.engine.trial.TrialRun;
import java.util.List;

/**
 * One prompt of the table.
 *
 * @param method the pruning method, or {@code text@600} for a prompt without picture
 * @param budget visual tokens it may cost, averaged over the layers; null for {@code none} and text
 * @param tokens rows that the decoder's layers worked on, averaged over them
 * @param visualTokens the visual ones among them
 * @param prefillFlops floating-point operations of the prefill, output included, counted from the
 *     shapes that ran
 * @param flopsShare of the unpruned prefill's, output not included
 * @param prefillMs compression, prompt assembly and prefill
 * @param speedUp median prefill of {@code none} over this one's; null for text
 * @param idealSpeedUp prefill FLOPs of {@code none} over this one's; null for text
 * @param shareOfIdeal speed-up over the ideal one; null for text
 * @param shareOfMatmulPeak FLOPs a second of the prefill over those of a square matrix product
 * @param decodeTokensPerSecond tokens a second after the prefill
 * @param shareOfReadBandwidth bytes a second that decoding reads over those of a matrix-vector
 *     product
 * @param kvCacheBytes keys and values after the prefill
 * @param peakMemoryBytes most that the process held while the row was measured; null where the
 *     system doesn't tell
 */
public record DecoderRow(
    String method,
    Integer budget,
    double tokens,
    double visualTokens,
    double prefillFlops,
    double flopsShare,
    Spread prefillMs,
    Double speedUp,
    Double idealSpeedUp,
    Double shareOfIdeal,
    double shareOfMatmulPeak,
    Spread decodeTokensPerSecond,
    double shareOfReadBandwidth,
    long kvCacheBytes,
    Long peakMemoryBytes) {

  static DecoderRow of(
      DecoderBench.Measured row, DecoderBench.Measured first, DecoderReport.Ceilings ceilings) {
    TrialRun shapes = row.shapes();
    boolean picture = row.prompting().plan().isPresent();
    boolean pruned = picture && row != first;
    double speedUp = first.prefillMs().median() / row.prefillMs().median();
    double ideal = flops(first.shapes()) / flops(shapes);
    return new DecoderRow(
        row.prompting().name(),
        pruned ? row.prompting().plan().map(PruningPlan::budget).orElseThrow() : null,
        mean(shapes.tokensPerLayer()),
        mean(shapes.visualTokensPerLayer()),
        flops(shapes),
        (double) shapes.prefillFlops() / shapes.prefillFlopsFull(),
        row.prefillMs(),
        picture ? speedUp : null,
        picture ? ideal : null,
        picture ? speedUp / ideal : null,
        flops(shapes) / (row.prefillMs().median() / 1e3) / ceilings.flopsPerSecond(),
        row.tokensPerSecond(),
        shapes.bytesPerToken() * row.tokensPerSecond().median() / ceilings.bytesPerSecond(),
        shapes.kvCacheBytes(),
        row.peakBytes().isPresent() ? row.peakBytes().getAsLong() : null);
  }

  private static double flops(TrialRun shapes) {
    return (double) shapes.prefillFlops() + shapes.headFlops();
  }

  private static double mean(List<Integer> perLayer) {
    return perLayer.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }
}
