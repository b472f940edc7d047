package io.cropvqa.evaluation.bench;

import io.cropvqa.engine.trial.TrialDecoder;
import java.util.Collections;
import java.util.List;

/**
 * What prompts cost a decoder.
 *
 * @param subject which decoder
 * @param layers that it has
 * @param weightSets sets of random weights that they share; as many as layers if each has its own
 * @param pictureTokens visual tokens of the picture
 * @param textTokens around it
 * @param newTokens decoded after each prefill
 * @param rounds measured
 * @param ceilings what the machine can do
 * @param rows the table
 */
public record DecoderReport(
    String subject,
    int layers,
    int weightSets,
    int pictureTokens,
    int textTokens,
    int newTokens,
    int rounds,
    Ceilings ceilings,
    List<DecoderRow> rows) {

  /**
   * What the machine did at best, over all rounds.
   *
   * @param flopsPerSecond of a square matrix product
   * @param bytesPerSecond that a matrix-vector product reads
   */
  public record Ceilings(double flopsPerSecond, double bytesPerSecond) {
    static Ceilings of(List<Double> flops, List<Double> bytes) {
      return new Ceilings(Collections.max(flops), Collections.max(bytes));
    }
  }

  static DecoderReport of(
      String subject,
      TrialDecoder decoder,
      DecoderPlan plan,
      Ceilings ceilings,
      List<DecoderBench.Measured> rows) {
    return new DecoderReport(
        subject,
        decoder.layers(),
        decoder.weightSets(),
        decoder.visualTokens(),
        plan.textTokens(),
        plan.newTokens(),
        plan.rounds(),
        ceilings,
        rows.stream().map(row -> DecoderRow.of(row, rows.get(0), ceilings)).toList());
  }
}
