package io.cropvqa.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Counts right answers and times. */
final class DemoScore {
  private final Optional<Double> knownAccuracy;
  private final long started = System.nanoTime();
  private final List<Long> answerMillis = new ArrayList<>();
  private int right;
  private int judged;
  private int failed;
  private Duration total = Duration.ZERO;

  /**
   * @param knownAccuracy share of its test set that the model answers exactly, where that is known
   */
  DemoScore(Optional<Double> knownAccuracy) {
    this.knownAccuracy = knownAccuracy;
  }

  void answered(DemoJob job, String answer, long millis) {
    answerMillis.add(millis);
    if (!job.expected().isEmpty()) {
      judged++;
      right += job.isRight(answer) ? 1 : 0;
    }
    total = Duration.ofNanos(System.nanoTime() - started);
  }

  void failed() {
    failed++;
    total = Duration.ofNanos(System.nanoTime() - started);
  }

  int answers() {
    return answerMillis.size();
  }

  int failures() {
    return failed;
  }

  /** Two lines for people. */
  String summary() {
    String known =
        knownAccuracy
            .map(share -> format("; the model's own test set: %.1f %%", 100 * share))
            .orElse("");
    return format(
        "%d of %d right (%.1f %%)%s%n%d answered, %d failed, median %d ms, %.1f s in all",
        right,
        judged,
        judged == 0 ? 0 : 100.0 * right / judged,
        known,
        answers(),
        failed,
        median(),
        total.toMillis() / 1000.0);
  }

  private long median() {
    return answerMillis.isEmpty()
        ? 0
        : answerMillis.stream().sorted().toList().get(answerMillis.size() / 2);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
