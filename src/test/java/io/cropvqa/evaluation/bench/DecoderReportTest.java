package io.cropvqa.evaluation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.engine.trial.TrialRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderReportTest {
  private static final DecoderReport.Ceilings CEILINGS =
      DecoderReport.Ceilings.of(List.of(40e9, 50e9, 45e9), List.of(10e9, 8e9));

  /** 1 GFLOP of which 0.1 is the output's, in 50 ms; 10 tokens a second that read 0.5 GB each. */
  private final DecoderBench.Measured full =
      measured(new PruningPlan("none", 256), run(900_000_000, 50, 10), run(900_000_000, 50, 10));

  /** 0.2 GFLOP in 12, 12.5 and 13 ms. */
  private final DecoderBench.Measured pruned =
      measured(
          new PruningPlan("crop", 28),
          run(100_000_000, 12, 16),
          run(100_000_000, 13, 15),
          run(100_000_000, 12.5, 14));

  private static DecoderBench.Measured measured(PruningPlan plan, TrialRun... rounds) {
    DecoderBench.Measured measured = new DecoderBench.Measured(Prompting.picture(plan, 64));
    for (TrialRun round : rounds) {
      measured.add(List.of(round));
    }
    return measured;
  }

  private static TrialRun run(long flops, double prefillMs, double tokensPerSecond) {
    return new TrialRun(
        List.of(100, 50),
        List.of(36, 20),
        flops,
        900_000_000,
        100_000_000,
        (long) (prefillMs * 1e6),
        4,
        (long) (4 / tokensPerSecond * 1e9),
        0.5e9,
        1234);
  }

  @Test
  void pruningIsHeldToTheRatioOfFlopsWithTheOutputs() {
    DecoderRow row = DecoderRow.of(pruned, full, CEILINGS);

    assertThat(row.method()).isEqualTo("crop");
    assertThat(row.budget()).isEqualTo(28);
    assertThat(row.tokens()).isEqualTo(75);
    assertThat(row.visualTokens()).isEqualTo(28);
    assertThat(row.prefillMs()).isEqualTo(new Spread(12.5, 12.25, 12.75, 3));
    assertThat(row.speedUp()).isEqualTo(4);
    assertThat(row.idealSpeedUp()).isEqualTo(5);
    assertThat(row.shareOfIdeal()).isEqualTo(0.8);
    assertThat(row.flopsShare()).isCloseTo(1.0 / 9, within(1e-12));
  }

  @Test
  void timesAreHeldToTheBestOfTheMachine() {
    DecoderRow row = DecoderRow.of(full, full, CEILINGS);

    assertThat(row.speedUp()).isEqualTo(1);
    assertThat(row.budget()).isNull();
    assertThat(row.shareOfMatmulPeak()).isCloseTo(20e9 / 50e9, within(1e-12));
    assertThat(row.shareOfReadBandwidth()).isCloseTo(5e9 / 10e9, within(1e-6));
  }

  @Test
  void textHasNothingToBeFasterThan() {
    DecoderBench.Measured text = new DecoderBench.Measured(Prompting.text(600));
    text.add(List.of(run(900_000_000, 50, 10)));
    DecoderRow row = DecoderRow.of(text, text, CEILINGS);

    assertThat(row.method()).isEqualTo("text@600");
    assertThat(row.speedUp()).isNull();
    assertThat(row.shareOfIdeal()).isNull();
  }

  @Test
  void theReportIsJsonAndMarkdown() throws Exception {
    DecoderReport decoder =
        new DecoderReport(
            "llava-1.5-7b",
            32,
            6,
            576,
            64,
            16,
            3,
            CEILINGS,
            List.of(DecoderRow.of(full, full, CEILINGS), DecoderRow.of(pruned, full, CEILINGS)));
    BenchReport report = BenchReport.of(decoder, 1);

    JsonNode json = new ObjectMapper().valueToTree(report);
    assertThat(json.at("/threads").intValue()).isEqualTo(1);
    assertThat(json.has("engine")).isFalse();
    assertThat(json.at("/machine/cpu").textValue()).isNotBlank();
    assertThat(json.at("/decoder/ceilings/flopsPerSecond").doubleValue()).isEqualTo(50e9);
    assertThat(json.at("/decoder/rows/1/shareOfIdeal").doubleValue()).isEqualTo(0.8);
    assertThat(json.at("/decoder/rows/1/prefillMs/median").doubleValue()).isEqualTo(12.5);

    assertThat(BenchMarkdown.of(report))
        .contains("llava-1.5-7b: 32 layers taking turns with 6 sets of weights")
        .contains("Matrix product 50.0 GFLOP/s, reading 10.0 GB/s")
        .contains("| crop | 28 | 75.0 | 11.1 | 12.50 (12.25 to 12.75) | 4.00 | 5.00 | 80.0 |");
  }
}
