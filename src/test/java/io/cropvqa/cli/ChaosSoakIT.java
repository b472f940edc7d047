package io.cropvqa.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault many times under load. {@code chaos.rounds}, {@code chaos.questions} (of a round),
 * {@code chaos.seed} and {@code crop.delivery} are system properties.
 */
class ChaosSoakIT {
  private static final int QUESTIONS = Integer.getInteger("chaos.questions", 500);
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void everyQuestionIsAnswered(Fault fault) throws Exception {
    ChaosIT.assertNothingIsLost(
        fault, Integer.getInteger("chaos.rounds", rounds(fault)), QUESTIONS, SEED, directory);
  }

  private static int rounds(Fault fault) {
    return switch (fault) {
      case KILL -> 20;
      case TERMINATE -> 10;
      default -> 5;
    };
  }
}
