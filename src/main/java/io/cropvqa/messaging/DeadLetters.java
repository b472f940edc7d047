package io.cropvqa.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The dead letters that lie in their topic. Looking takes none away: a dead letter stays until the
 * topic's retention ends.
 */
public final class DeadLetters {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Map<String, Object> connection;
  private final String topic;

  DeadLetters(Map<String, Object> connection, String topic) {
    this.connection = OutcomeFeed.withoutGroup(connection);
    this.topic = topic;
  }

  /**
   * Shows each one that is there now, partition by partition in their order; of a question that
   * failed more than once all its dead letters.
   */
  public void forEach(Consumer<DeadLetter> reader) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(connection, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(partition)) {
            reader.accept(new DeadLetter(record));
          }
        }
      }
    }
  }
}
