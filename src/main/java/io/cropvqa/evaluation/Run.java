package io.cropvqa.evaluation;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import java.time.Duration;
import java.util.List;

/**
 * What one answer cost. Where the engine remembered a picture's tokens or a question's region, they
 * cost what they had cost when they were made.
 *
 * @param region where the model looked
 * @param visualTokensPerLayer what each layer worked on
 * @param prefillFlops floating-point operations of the prefill
 * @param prefillFlopsFull the same without pruning
 * @param encodeMs time to encode the picture
 * @param localizeMs time to find the region
 * @param prefillMs time of the prefill
 * @param totalMs time from the decoded picture to the whole answer
 */
record Run(
    LocatedRegion region,
    List<Integer> visualTokensPerLayer,
    long prefillFlops,
    long prefillFlopsFull,
    double encodeMs,
    double localizeMs,
    double prefillMs,
    double totalMs) {
  private static final double NANOS_PER_MS = 1e6;

  static Run of(Answer answer) {
    StageTimings timings = answer.timings();
    return new Run(
        answer.region(),
        answer.pruning().visualTokensPerLayer(),
        answer.pruning().prefillFlops(),
        answer.pruning().prefillFlopsFull(),
        cost(timings, Stage.ENCODE),
        cost(timings, Stage.LOCALIZE),
        cost(timings, Stage.PREFILL),
        ms(timings.totalWithSpared()));
  }

  private static double cost(StageTimings timings, Stage stage) {
    return ms(timings.of(stage).plus(timings.sparedOf(stage)));
  }

  private static double ms(Duration duration) {
    return duration.toNanos() / NANOS_PER_MS;
  }
}
