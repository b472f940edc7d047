package io.cropvqa.messaging;

import io.cropvqa.domain.CommittedLag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What a consumer group has yet to settle of a topic, in all partitions: also in those that nobody
 * owns just now. Needs no right that the consumer doesn't need.
 *
 * @param admin is closed with it
 */
record GroupLag(Admin admin, String group, String topic) implements AutoCloseable {

  /**
   * @throws ExecutionException why the broker doesn't say
   */
  List<CommittedLag.Partition> read() throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions =
        admin
            .describeTopics(List.of(topic))
            .topicNameValues()
            .get(topic)
            .get()
            .partitions()
            .stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> beginnings = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
    return partitions.stream()
        .map(
            partition -> {
              OffsetAndMetadata settled = committed.get(partition);
              long begin = settled == null ? beginnings.get(partition) : settled.offset();
              return new CommittedLag.Partition(
                  topic, partition.partition(), Math.max(0, ends.get(partition) - begin));
            })
        .toList();
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> offsets =
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)))
            .all()
            .get();
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
