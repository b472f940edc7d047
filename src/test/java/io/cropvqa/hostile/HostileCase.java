package io.cropvqa.hostile;

import io.cropvqa.domain.QuestionFailure;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/**
 * An input that nobody should send, and what must come of it.
 *
 * @param name tells it from the others
 * @param expected a failure code; a part of the message for files of a model; {@code accepted}
 * @param attempt takes the input in
 */
public record HostileCase(String name, String expected, Callable<?> attempt) {
  public static final String ACCEPTED = "accepted";

  /**
   * What came of it.
   *
   * @throws Exception if that was anything but a clear refusal
   */
  String outcome() throws Exception {
    try {
      attempt.call();
      return ACCEPTED;
    } catch (QuestionFailure refusal) {
      return refusal.code().wireName();
    } catch (IllegalArgumentException | UncheckedIOException refusal) {
      return "refused: " + refusal.getMessage();
    }
  }

  boolean isExpected(String outcome) {
    return outcome.equals(expected)
        || outcome.startsWith("refused: ") && outcome.contains(expected);
  }
}
