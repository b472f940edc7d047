package io.cropvqa.messaging;

import io.cropvqa.event.QuestionEventReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts question events into their topic, as CloudEvents in binary mode. */
public final class QuestionPublisher implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String topic;

  QuestionPublisher(Map<String, Object> connection, String topic) {
    Map<String, Object> settings = new HashMap<>(connection);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("max.request.size", Integer.toString(16 << 20));
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
  }

  /**
   * A question to publish.
   *
   * @param key what its partition follows from; questions on one image share one
   * @param id the question's id
   * @param source who asks, a URI reference
   * @param traceParent W3C trace context, which the answer brings back
   * @param event the question event as JSON
   */
  public record Question(String key, String id, String source, String traceParent, byte[] event) {}

  /** Completes once the broker has confirmed the question, fails if it doesn't take it. */
  public CompletionStage<Void> publish(Question question) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, utf8(question.key()), question.event());
    Map.of(
            CloudEventHeaders.SPEC_VERSION, "1.0",
            CloudEventHeaders.ID, question.id(),
            CloudEventHeaders.SOURCE, question.source(),
            CloudEventHeaders.TYPE, QuestionEventReader.TYPE,
            CloudEventHeaders.SUBJECT, question.id(),
            CloudEventHeaders.CONTENT_TYPE, "application/json",
            CloudEventHeaders.TRACE_PARENT, question.traceParent())
        .forEach((name, value) -> record.headers().add(name, utf8(value)));
    return send(record);
  }

  /** Like {@link #publish}, for a question that is a dead letter. */
  CompletionStage<Void> publishAgain(DeadLetter letter) {
    return send(letter.askedAgain(topic));
  }

  private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure == null) {
            confirmed.complete(null);
          } else {
            confirmed.completeExceptionally(failure);
          }
        });
    return confirmed;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
