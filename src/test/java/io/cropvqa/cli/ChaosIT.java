package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged service loses nothing to faults around it. Those of its own process are in {@link
 * KillIT}, other faults and many rounds of each in {@link ChaosSoakIT}.
 */
class ChaosIT {
  private static final int QUESTIONS = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = {"BROKER_RESTART", "REBALANCE"})
  void everyQuestionIsAnswered(Fault fault) throws Exception {
    assertNothingIsLost(fault, 1, QUESTIONS, System.nanoTime(), directory);
  }

  static void assertNothingIsLost(Fault fault, int rounds, int questions, long seed, Path directory)
      throws Exception {
    try (Chaos chaos = new Chaos(directory, questions, seed)) {
      Chaos.Tally tally = chaos.run(fault, rounds);
      System.err.printf(
          "%s, seed %d: %d rounds, %d questions, %d lost, %d duplicates, slowest stop %.1f s%n",
          fault,
          seed,
          rounds,
          tally.questions(),
          tally.lost().size(),
          tally.duplicates(),
          tally.slowestStop().toMillis() / 1e3);
      assertThat(tally.lost()).as("lost, seed %d", seed).isEmpty();
      assertThat(tally.ambiguous()).as("answers under two event ids").isZero();
      assertThat(tally.deadLetters()).as("dead letters").isZero();
      if (fault == Fault.TERMINATE || "exactly-once".equals(System.getProperty("crop.delivery"))) {
        assertThat(tally.duplicates()).as("duplicates, seed %d", seed).isZero();
      }
    }
  }
}
