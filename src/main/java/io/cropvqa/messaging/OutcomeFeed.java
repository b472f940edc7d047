package io.cropvqa.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads answers and dead letters as they come. It belongs to no consumer group: every feed sees
 * everything and takes nothing from anyone. For one thread.
 */
public final class OutcomeFeed implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final Topics topics;

  private OutcomeFeed(Map<String, Object> connection, Topics topics) {
    this.consumer =
        new KafkaConsumer<>(
            withoutGroup(connection), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topics = topics;
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.answers(), topics.deadLetters())) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
  }

  /** Settings of a consumer that only looks. */
  static Map<String, Object> withoutGroup(Map<String, Object> connection) {
    Map<String, Object> settings = new HashMap<>(connection);
    settings.remove("group.id");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    settings.put("max.partition.fetch.bytes", Integer.toString(17 << 20));
    return settings;
  }

  /** A feed of all that is there and all that comes. */
  static OutcomeFeed fromTheBeginning(Map<String, Object> connection, Topics topics) {
    OutcomeFeed feed = new OutcomeFeed(connection, topics);
    feed.consumer.seekToBeginning(feed.consumer.assignment());
    return feed;
  }

  /** A feed of what is published after this call. */
  static OutcomeFeed fromNow(Map<String, Object> connection, Topics topics) {
    OutcomeFeed feed = new OutcomeFeed(connection, topics);
    feed.consumer.seekToEnd(feed.consumer.assignment());
    // Seeking is lazy: asking for the position is what makes "now" now.
    feed.consumer.assignment().forEach(feed.consumer::position);
    return feed;
  }

  /** What has come since the last call; waits for something at most so long. */
  public List<Outcome> poll(Duration atMost) {
    List<Outcome> outcomes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      outcomes.add(Outcome.of(record, record.topic().equals(topics.answers())));
    }
    return outcomes;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
