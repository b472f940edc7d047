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
 * @param handover what the stage before tells of it
 */
record QuestionRecord(
    Message<byte[]> message, IncomingKafkaRecordMetadata<?, ?> kafka, Handover handover) {

  /** A question that comes from its asker. */
  static QuestionRecord of(Message<byte[]> message) {
    return new QuestionRecord(message, kafka(message), Handover.NONE);
  }

  /** A question that another stage had first. From here on it is as it was asked. */
  static QuestionRecord handedOver(Message<byte[]> message) {
    IncomingKafkaRecordMetadata<?, ?> kafka = kafka(message);
    return new QuestionRecord(message, kafka, Handover.takeFrom(kafka.getHeaders()));
  }

  private static IncomingKafkaRecordMetadata<?, ?> kafka(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .orElseThrow(() -> new IllegalStateException("questions must come from Kafka"));
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

  /** The partition that it was read from. */
  TopicPartition partition() {
    return new TopicPartition(kafka.getTopic(), kafka.getPartition());
  }

  long offset() {
    return kafka.getOffset();
  }

  /** Generation of the consumer group in which it was read. */
  int generation() {
    return kafka.getConsumerGroupGenerationId();
  }

  /** When the question was put into its topic. */
  Instant timestamp() {
    return handover.time().orElseGet(kafka::getTimestamp);
  }

  /** What the question is called if its event names no id. */
  String fallbackId() {
    return header(CloudEventHeaders.ID).orElseGet(() -> position().toString());
  }

  /** Who asked; the topic stands in for a sender that writes no CloudEvents. */
  String source() {
    return header(CloudEventHeaders.SOURCE).orElseGet(() -> position().topic());
  }

  /** Where it lies among the questions, whatever stage reads it. */
  Position position() {
    return handover
        .position()
        .orElseGet(() -> new Position(kafka.getTopic(), kafka.getPartition(), kafka.getOffset()));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8))
        .filter(value -> !value.isBlank());
  }
}
