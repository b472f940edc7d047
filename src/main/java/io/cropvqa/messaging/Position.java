package io.cropvqa.messaging;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a record lies: unlike any other's, and the same when it is read again.
 *
 * @param offset within the partition
 */
record Position(String topic, int partition, long offset) {
  /** A legal topic name (Kafka's {@code Topic.validate}), and numbers that fit. */
  private static final Pattern TEXT =
      Pattern.compile("([a-zA-Z0-9._-]{1,249})-(\\d{1,9})-(\\d{1,18})");

  /** What {@link #toString} wrote, empty for any other text. */
  static Optional<Position> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new Position(
                parts.group(1), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3))))
        : Optional.empty();
  }

  /** {@code topic-partition-offset}. */
  @Override
  public String toString() {
    return "%s-%d-%d".formatted(topic, partition, offset);
  }
}
