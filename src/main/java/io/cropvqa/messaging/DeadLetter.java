package io.cropvqa.messaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A question that got no answer, as it lies among the dead letters.
 *
 * @param record its bytes, its key, its own headers, and those that say why it is here
 */
public record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONNECTORS_OWN = "dead-letter-";

  /**
   * Names the question: its event's id, the CloudEvents id where the event has none, where it lay
   * among the questions where nothing names it.
   */
  public String questionId() {
    return idOfEvent().or(() -> header(CloudEventHeaders.ID)).orElseGet(this::position);
  }

  private Optional<String> idOfEvent() {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      String id = JSON.readTree(record.value()).path("id").textValue();
      return Optional.ofNullable(id).filter(name -> !name.isBlank());
    } catch (IOException e) { // no JSON: often the very reason why it is here
      return Optional.empty();
    }
  }

  private String position() {
    return "%s-%s-%s"
        .formatted(
            header("dead-letter-topic").orElse(record.topic()),
            header("dead-letter-partition").orElse("" + record.partition()),
            header("dead-letter-offset").orElse("" + record.offset()));
  }

  /** Who asked, as far as is known. */
  String source() {
    return header(CloudEventHeaders.SOURCE).orElse("");
  }

  /** A failure code's wire name. */
  public String code() {
    return header(DeadLetterHeaders.CODE).orElse("unknown");
  }

  /** The stage that failed. */
  public String stage() {
    return header(DeadLetterHeaders.STAGE).orElse("unknown");
  }

  /** Times the question was dead-lettered. */
  public String attempts() {
    return header(DeadLetterHeaders.ATTEMPTS).orElse("1");
  }

  /** Why, in words. */
  public String reason() {
    return header("dead-letter-reason").orElse("no reason given");
  }

  /** When it was put here. */
  public Instant time() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  /** Bytes of the question event. */
  public int size() {
    return record.value() == null ? 0 : record.value().length;
  }

  /** The last header of a name: the connector appends. */
  private Optional<String> header(String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** The question as it was asked; of its failures, it only remembers how many there were. */
  ProducerRecord<byte[], byte[]> askedAgain(String questions) {
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(questions, record.key(), record.value());
    Headers headers = again.headers();
    for (Header header : record.headers()) {
      if (!header.key().startsWith(CONNECTORS_OWN)
          && !DeadLetterHeaders.ALL.contains(header.key())) {
        headers.add(header);
      }
    }
    headers.add(DeadLetterHeaders.ATTEMPTS, attempts().getBytes(StandardCharsets.UTF_8));
    return again;
  }
}
