package io.cropvqa.messaging;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What became of a question: its answer, or its dead letter.
 *
 * @param isAnswer whether {@code value} is an answer event; else it is the question's own
 * @param key the question's key, {@code null} for none
 * @param headers the record's headers as text, the last of each name
 * @param value the record's bytes
 */
public record Outcome(boolean isAnswer, byte[] key, Map<String, String> headers, byte[] value) {

  static Outcome of(ConsumerRecord<byte[], byte[]> record, boolean isAnswer) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(
            header -> {
              if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
              }
            });
    return new Outcome(isAnswer, record.key(), Map.copyOf(headers), record.value());
  }

  /** The CloudEvents subject, which names the question. */
  public Optional<String> questionId() {
    return Optional.ofNullable(headers.get(CloudEventHeaders.SUBJECT));
  }

  /** The W3C trace context that came with the question. */
  public Optional<String> traceParent() {
    return Optional.ofNullable(headers.get(CloudEventHeaders.TRACE_PARENT));
  }

  /** Why there is no answer, as {@code code: reason}; empty for an answer. */
  public Optional<String> failure() {
    return isAnswer
        ? Optional.empty()
        : Optional.of(
            headers.getOrDefault(DeadLetterHeaders.CODE, "unknown")
                + ": "
                + headers.getOrDefault("dead-letter-reason", "no reason given"));
  }
}
