package io.cropvqa.messaging;

import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.apache.kafka.common.header.Headers;

/**
 * What is published in place of a question once a service is done with it.
 *
 * @param key the question's, so that all topics are partitioned alike
 * @param headers all of them
 * @param value the event as JSON
 */
record OutgoingRecord(byte[] key, Headers headers, byte[] value) {

  OutgoingKafkaRecordMetadata<byte[]> metadata() {
    return OutgoingKafkaRecordMetadata.<byte[]>builder().withKey(key).withHeaders(headers).build();
  }
}
