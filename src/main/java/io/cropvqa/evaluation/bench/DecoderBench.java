package io.cropvqa.evaluation.bench;

import io.cropvqa.engine.trial.Ceiling;
import io.cropvqa.engine.trial.Decoders;
import io.cropvqa.engine.trial.TrialDecoder;
import io.cropvqa.engine.trial.TrialRun;
import io.cropvqa.evaluation.EvaluationProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures prompts on a decoder, round by round. What is over in no time is repeated within a
 * round, whose figure is then the median of the repetitions.
 */
public final class DecoderBench {
  private static final double ROW_SECONDS = 0.5;
  private static final int MOST_REPETITIONS = 30;

  private final Decoders decoders;
  private final EvaluationProgress progress;

  /**
   * @param progress told of each row of each round
   */
  public DecoderBench(Decoders decoders, EvaluationProgress progress) {
    this.decoders = decoders;
    this.progress = progress;
  }

  /**
   * @param subject what the report calls the decoder
   * @throws IllegalArgumentException for a method that the decoder can't use
   */
  public DecoderReport run(String subject, TrialDecoder decoder, DecoderPlan plan) {
    List<Measured> rows = plan.rows(decoder.visualTokens()).stream().map(Measured::new).toList();
    List<Double> flops = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    int all = rows.size() * (1 + plan.rounds());
    progress.answered(0, all);
    for (int round = 0; round <= plan.rounds(); round++) {
      try (Ceiling ceiling = decoders.ceiling()) { // its memory is none of the rows'
        flops.add(ceiling.flopsPerSecond());
        bytes.add(ceiling.bytesPerSecond());
      }
      for (int i = 0; i < rows.size(); i++) {
        if (round == 0) {
          rows.get(i).warmUp(decoder, plan);
        } else {
          rows.get(i).round(decoder, plan);
        }
        progress.answered(round * rows.size() + i + 1, all);
      }
    }
    return DecoderReport.of(subject, decoder, plan, DecoderReport.Ceilings.of(flops, bytes), rows);
  }

  /** A row and what was seen of it. */
  static final class Measured {
    private final Prompting prompting;
    private final List<Double> prefillMs = new ArrayList<>();
    private final List<Double> tokensPerSecond = new ArrayList<>();
    private int repetitions = 1;
    private OptionalLong peakBytes = OptionalLong.empty();
    private TrialRun last;

    Measured(Prompting prompting) {
      this.prompting = prompting;
    }

    /** Runs for as long as is planned, and at least once. */
    void warmUp(TrialDecoder decoder, DecoderPlan plan) {
      long begun = System.nanoTime();
      double last;
      do {
        long run = System.nanoTime();
        prompting.run(decoder, plan.newTokens());
        last = (System.nanoTime() - run) / 1e9;
      } while (System.nanoTime() - begun < plan.warmUpSeconds() * 1e9);
      repetitions = (int) Math.max(1, Math.min(MOST_REPETITIONS, ROW_SECONDS / last));
    }

    void round(TrialDecoder decoder, DecoderPlan plan) {
      ResidentMemory.resetPeak();
      List<TrialRun> runs = new ArrayList<>();
      for (int i = 0; i < repetitions; i++) {
        runs.add(prompting.run(decoder, plan.newTokens()));
      }
      add(runs);
      peakBytes = ResidentMemory.peak();
    }

    /** Adds a round. */
    void add(List<TrialRun> runs) {
      last = runs.get(0);
      prefillMs.add(
          Spread.median(runs.stream().mapToDouble(run -> run.prefillNanos() / 1e6).toArray()));
      tokensPerSecond.add(
          Spread.median(
              runs.stream()
                  .mapToDouble(run -> run.decodedTokens() / (run.decodeNanos() / 1e9))
                  .toArray()));
    }

    Prompting prompting() {
      return prompting;
    }

    Spread prefillMs() {
      return Spread.of(prefillMs);
    }

    Spread tokensPerSecond() {
      return Spread.of(tokensPerSecond);
    }

    OptionalLong peakBytes() {
      return peakBytes;
    }

    /** All runs have the same shapes. */
    TrialRun shapes() {
      return last;
    }
  }
}
