package io.cropvqa.messaging;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * A question as it lies in its topic.
 *
 * @param message what is acknowledged or dead-lettered in the end
 * @param kafka where the record was read
 */
record QuestionRecord(Message<byte[]> message, IncomingKafkaRecordMetadata<?, ?> kafka) {

  static QuestionRecord of(Message<byte[]> message) {
    return new QuestionRecord(
        message,
        message
            .getMetadata(IncomingKafkaRecordMetadata.class)
            .orElseThrow(() -> new IllegalStateException("questions must come from Kafka")));
  }

  /** The event's bytes; {@code null} for a tombstone. */
  byte[] value() {
    return message.getPayload();
  }

  /** The record's key, {@code null} for one without. */
  byte[] key() {
    return (byte[]) kafka.getKey();
  }

  Headers headers() {
    return kafka.getHeaders();
  }

  TopicPartition partition() {
    return new TopicPartition(kafka.getTopic(), kafka.getPartition());
  }

  long offset() {
    return kafka.getOffset();
  }

  /** Generation of the consumer group in which the record was read. */
  int generation() {
    return kafka.getConsumerGroupGenerationId();
  }

  Instant timestamp() {
    return kafka.getTimestamp();
  }

  /** What the question is called if its event names no id. */
  String fallbackId() {
    return header(CloudEventHeaders.ID).orElseGet(this::position);
  }

  /** Who asked; the topic stands in for a sender that writes no CloudEvents. */
  String source() {
    return header(CloudEventHeaders.SOURCE).orElseGet(kafka::getTopic);
  }

  /** {@code topic-partition-offset}: unlike any other record's, and the same when read again. */
  String position() {
    return "%s-%d-%d".formatted(kafka.getTopic(), kafka.getPartition(), kafka.getOffset());
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8))
        .filter(value -> !value.isBlank());
  }
}
