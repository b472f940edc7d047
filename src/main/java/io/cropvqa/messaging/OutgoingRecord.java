package io.cropvqa.messaging;

import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * What is published in place of a question once a service is done with it.
 *
 * @param key the question's, so that all topics are partitioned alike
 * @param headers all of them
 * @param value the event as JSON
 */
record OutgoingRecord(byte[] key, Headers headers, byte[] value) {

  ProducerRecord<byte[], byte[]> in(String topic) {
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  OutgoingKafkaRecordMetadata<byte[]> metadata() {
    return OutgoingKafkaRecordMetadata.<byte[]>builder().withKey(key).withHeaders(headers).build();
  }
}
