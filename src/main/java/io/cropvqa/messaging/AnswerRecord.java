package io.cropvqa.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cropvqa.domain.Answer;
import io.cropvqa.event.AnswerEvent;
import io.cropvqa.event.AnswerId;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * An answer as it goes into its topic.
 *
 * @param key the question's, so that both topics are partitioned alike
 * @param headers a CloudEvent's in binary mode
 * @param value the answer event as JSON
 */
record AnswerRecord(byte[] key, Headers headers, byte[] value) {
  private static final String SOURCE = "crop-vqa";
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerFor(AnswerEvent.class);

  static AnswerRecord of(QuestionRecord question, Answer answer) {
    return new AnswerRecord(question.key(), headers(question, answer), json(answer));
  }

  private static Headers headers(QuestionRecord question, Answer answer) {
    String id =
        AnswerId.of(
            question.source(), answer.id(), answer.model().revision(), answer.pruning().plan());
    Headers headers = new RecordHeaders();
    add(headers, CloudEventHeaders.SPEC_VERSION, "1.0");
    add(headers, CloudEventHeaders.ID, id);
    add(headers, CloudEventHeaders.SOURCE, SOURCE);
    add(headers, CloudEventHeaders.TYPE, AnswerEvent.TYPE);
    add(headers, CloudEventHeaders.SUBJECT, answer.id());
    add(headers, CloudEventHeaders.TIME, Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    add(headers, CloudEventHeaders.CONTENT_TYPE, "application/json");
    question
        .header(CloudEventHeaders.TRACE_PARENT)
        .ifPresent(trace -> add(headers, CloudEventHeaders.TRACE_PARENT, trace));
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] json(Answer answer) {
    try {
      return JSON.writeValueAsBytes(AnswerEvent.of(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer event is plain data", e);
    }
  }

  ProducerRecord<byte[], byte[]> in(String topic) {
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  OutgoingKafkaRecordMetadata<byte[]> metadata() {
    return OutgoingKafkaRecordMetadata.<byte[]>builder().withKey(key).withHeaders(headers).build();
  }
}
