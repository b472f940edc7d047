package io.cropvqa.messaging;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where a consumer group is in the topic of questions. */
final class GroupOffsets {
  private GroupOffsets() {}

  /** Committed offset by partition; 0 where there is none. */
  static Map<Integer, Long> committed(String bootstrapServers, String group) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<Integer, Long> committed = new TreeMap<>();
      for (int i = 0; i < BrokerResource.PARTITIONS; i++) {
        OffsetAndMetadata offset = offsets.get(partition(i));
        committed.put(i, offset == null ? 0 : offset.offset());
      }
      return committed;
    }
  }

  /** Where the next question will lie, by partition. */
  static Map<Integer, Long> ends(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, OffsetSpec> latest =
          IntStream.range(0, BrokerResource.PARTITIONS)
              .boxed()
              .collect(Collectors.toMap(GroupOffsets::partition, i -> OffsetSpec.latest()));
      Map<Integer, Long> ends = new TreeMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((p, end) -> ends.put(p.partition(), end.offset()));
      return ends;
    }
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(BrokerResource.TOPICS.questions(), number);
  }
}
