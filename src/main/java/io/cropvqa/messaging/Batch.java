package io.cropvqa.messaging;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finished questions to commit together.
 *
 * @param entries in the order of their offsets, partition by partition
 * @param offsets where each of their partitions is read on
 * @param member who commits: the broker refuses one that has lost its partitions
 */
record Batch(
    List<LedgerEntry> entries,
    Map<TopicPartition, OffsetAndMetadata> offsets,
    ConsumerGroupMetadata member) {}
