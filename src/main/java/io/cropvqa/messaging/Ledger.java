package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The questions of the assigned partitions that are not committed, in the order of their offsets,
 * and what became of those that are finished. Only the finished head of a partition may be
 * committed: an offset says that everything before it is done.
 *
 * <p>What isn't in it is not ours: questions of a partition that was given away, and those behind
 * one that will never finish here. Their outcomes are dropped, and whoever reads them next answers
 * them.
 */
final class Ledger {
  /** What one transaction takes at most, unless a single record is larger. */
  private static final long TRANSACTION_BYTES = 16 << 20;

  /** Finished questions wait for those before them; from here on, they keep their places too. */
  private static final long WAITING_BYTES = 64 << 20;

  private final Settlements settlements;
  private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();
  private Optional<ConsumerGroupMetadata> group = Optional.empty();
  private long waitingBytes;

  Ledger(Settlements settlements) {
    this.settlements = settlements;
  }

  /** Entries of one partition since it was assigned. */
  private static final class Partition {
    private final int generation;
    private final Queue<Entry> entries = new ArrayDeque<>();
    private boolean closed;

    Partition(int generation) {
      this.generation = generation;
    }
  }

  /** A question that was taken. */
  static final class Entry {
    private final TopicPartition partition;
    private final long offset;
    private final Instant asked;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private boolean ours = true;
    private Outcome outcome;

    private Entry(QuestionRecord question) {
      this.partition = question.partition();
      this.offset = question.offset();
      this.asked = question.timestamp();
    }

    TopicPartition partition() {
      return partition;
    }

    ProducerRecord<byte[], byte[]> record() {
      return outcome.record;
    }

    /** {@code topic-partition-offset}. */
    String position() {
      return partition + "-" + offset;
    }
  }

  /**
   * What became of a question.
   *
   * @param record its answer or its dead letter
   * @param failure why it is a dead letter
   */
  record Outcome(ProducerRecord<byte[], byte[]> record, Optional<QuestionFailure> failure) {
    long bytes() {
      return record.value() == null ? 0 : record.value().length;
    }
  }

  /**
   * Finished questions to commit together.
   *
   * @param offsets where each of their partitions is read on
   * @param group who commits: the broker refuses one that has lost its partitions
   */
  record Batch(
      List<Entry> entries,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {}

  /** Partitions were added, or none, in a new generation of the group. */
  synchronized void assigned(Collection<TopicPartition> added, ConsumerGroupMetadata member) {
    group = Optional.of(member);
    added.forEach(partition -> partitions.put(partition, new Partition(member.generationId())));
  }

  /** Partitions were taken away. */
  synchronized void revoked(Collection<TopicPartition> taken) {
    for (TopicPartition partition : taken) {
      close(partition);
      partitions.remove(partition);
    }
  }

  synchronized Set<TopicPartition> partitions() {
    return Set.copyOf(partitions.keySet());
  }

  /**
   * A record that was read before its partition was given away, or comes after a gap, is not ours.
   */
  synchronized Entry take(QuestionRecord question) {
    settlements.taken();
    Entry entry = new Entry(question);
    Partition partition = partitions.get(entry.partition);
    if (partition == null || partition.closed || question.generation() < partition.generation) {
      drop(entry);
    } else {
      partition.entries.add(entry);
    }
    return entry;
  }

  /**
   * @return completes when another question may take this one's place
   */
  synchronized CompletionStage<Void> finish(Entry entry, Outcome outcome) {
    if (!entry.ours) {
      return CompletableFuture.completedFuture(null);
    }
    entry.outcome = outcome;
    waitingBytes += outcome.bytes();
    return waitingBytes > WAITING_BYTES ? entry.settled : CompletableFuture.completedFuture(null);
  }

  /** The question will never finish here, so nothing behind it can be committed either. */
  synchronized void abandon(Entry entry) {
    if (entry.ours) {
      close(entry.partition);
    }
  }

  /** Takes nothing more from anyone. */
  synchronized void closeAll() {
    List.copyOf(partitions.keySet()).forEach(this::close);
  }

  /** Commits are refused until the group has a new generation. */
  synchronized void suspend(ConsumerGroupMetadata refused) {
    group = group.filter(member -> member.generationId() != refused.generationId());
  }

  /** The finished heads of all partitions; nothing if there are none. */
  synchronized Optional<Batch> finished() {
    List<Entry> batch = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    long bytes = 0;
    for (Partition partition : partitions.values()) {
      for (Entry entry : partition.entries) {
        if (entry.outcome == null || bytes >= TRANSACTION_BYTES) {
          break;
        }
        batch.add(entry);
        bytes += entry.outcome.bytes();
        offsets.put(entry.partition, new OffsetAndMetadata(entry.offset + 1));
      }
    }
    return batch.isEmpty() ? Optional.empty() : group.map(by -> new Batch(batch, offsets, by));
  }

  /**
   * Everything before these offsets is done, and visible.
   *
   * @param offsets where each partition is read on
   */
  synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (name, next) -> {
          Partition partition = partitions.get(name);
          if (partition != null && next != null) {
            settle(partition, next.offset());
          }
        });
  }

  private void settle(Partition partition, long next) {
    Iterator<Entry> head = partition.entries.iterator();
    while (head.hasNext()) {
      Entry entry = head.next();
      if (entry.offset >= next) {
        return;
      }
      head.remove();
      release(entry);
      if (entry.outcome == null) {
        settlements.left();
      } else {
        entry
            .outcome
            .failure()
            .ifPresentOrElse(
                failure -> settlements.deadLettered(entry.asked, failure),
                () -> settlements.answered(entry.asked));
      }
    }
  }

  private void close(TopicPartition name) {
    Partition partition = partitions.get(name);
    partition.closed = true;
    partition.entries.forEach(this::drop);
    partition.entries.clear();
  }

  private void drop(Entry entry) {
    release(entry);
    settlements.left();
  }

  private void release(Entry entry) {
    entry.ours = false;
    if (entry.outcome != null) {
      waitingBytes -= entry.outcome.bytes();
    }
    // Elsewhere: who waits for a place goes on with it at once, and must not under this lock.
    entry.settled.completeAsync(() -> null);
  }
}
