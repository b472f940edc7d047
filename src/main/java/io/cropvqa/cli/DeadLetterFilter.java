package io.cropvqa.cli;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.messaging.DeadLetter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class DeadLetterFilter {
  @Option(
      names = "--code",
      paramLabel = "C",
      description = "Only those that failed so, as malformed-event or transient-exhausted.")
  private Optional<String> code = Optional.empty();

  @Option(names = "--id", paramLabel = "ID", description = "Only the question of this id.")
  private Optional<String> id = Optional.empty();

  void check() {
    List<String> known =
        Arrays.stream(FailureCode.values())
            .filter(failure -> failure.kind() != FailureCode.Kind.SYSTEMIC)
            .map(FailureCode::wireName)
            .toList();
    if (code.isPresent() && !known.contains(code.get())) {
      throw new UnusableArgumentsException(
          "--code %s is unknown: use one of %s".formatted(code.get(), known));
    }
  }

  boolean isGiven() {
    return code.isPresent() || id.isPresent();
  }

  boolean takes(DeadLetter letter) {
    return code.map(letter.code()::equals).orElse(true)
        && id.map(letter.questionId()::equals).orElse(true);
  }
}
