package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A dead letter as the connector's own {@code dead-letter-queue} strategy writes it (SmallRye's
 * {@code KafkaDeadLetterQueue}), for a producer that is not the connector's: readers see no
 * difference between the ways of delivery.
 */
final class DeadLetterRecord {
  private DeadLetterRecord() {}

  /**
   * @param why the headers of {@link DeadLetterHeaders}
   */
  static ProducerRecord<byte[], byte[]> of(
      String topic, QuestionRecord question, QuestionFailure failure, Headers why) {
    Headers headers = new RecordHeaders();
    add(headers, "dead-letter-exception-class-name", failure.getClass().getName());
    add(headers, "dead-letter-reason", message(failure));
    Throwable cause = failure.getCause();
    if (cause != null) {
      add(headers, "dead-letter-cause-class-name", cause.getClass().getName());
      add(headers, "dead-letter-cause", message(cause));
    }
    add(headers, "dead-letter-topic", question.partition().topic());
    add(headers, "dead-letter-partition", Integer.toString(question.partition().partition()));
    add(headers, "dead-letter-offset", Long.toString(question.offset()));
    question.headers().forEach(headers::add);
    why.forEach(headers::add);
    return new ProducerRecord<>(topic, null, question.key(), question.value(), headers);
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
