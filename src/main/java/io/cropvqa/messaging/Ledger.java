package io.cropvqa.messaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.kafka.common.TopicPartition;

/**
 * The questions of the assigned partitions that are not committed, in the order of their offsets,
 * and what became of those that are finished. Only the finished head of a partition may be
 * committed: an offset says that everything before it is done.
 *
 * <p>What isn't in it is not ours: questions of a partition that was given away, and those behind
 * one that will never finish here. Their results are dropped, and whoever reads them next answers
 * them.
 */
final class Ledger {
  /** What one transaction takes at most, unless a single record is larger. */
  private static final long TRANSACTION_BYTES = 16 << 20;

  /** Finished questions wait for those before them; from here on, others wait for them too. */
  private static final long WAITING_BYTES = 64 << 20;

  private final Settlements settlements;
  private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();

  /** Who we are in the group; nobody before the first assignment and after a refusal. */
  private Optional<ConsumerGroupMetadata> member = Optional.empty();

  private long waitingBytes;

  Ledger(Settlements settlements) {
    this.settlements = settlements;
  }

  /** Entries of one partition since it was assigned, in some generation of the group. */
  private static final class Partition {
    private final int generation;
    private final Queue<LedgerEntry> entries = new ArrayDeque<>();
    private boolean closed;

    Partition(int generation) {
      this.generation = generation;
    }

    /** What was read in an earlier generation was read before the partition was last given away. */
    boolean takes(QuestionRecord question) {
      return !closed && question.generation() >= generation;
    }

    LedgerEntry enter(QuestionRecord question) {
      LedgerEntry entry = new LedgerEntry(question);
      entries.add(entry);
      return entry;
    }
  }

  /** Partitions were added, or none, in a new generation of the group. */
  synchronized void assigned(Collection<TopicPartition> added, ConsumerGroupMetadata now) {
    member = Optional.of(now);
    added.forEach(partition -> partitions.put(partition, new Partition(now.generationId())));
  }

  /** Partitions were taken away. */
  synchronized void revoked(Collection<TopicPartition> taken) {
    for (TopicPartition name : taken) {
      Partition partition = partitions.remove(name);
      if (partition != null) {
        close(partition);
      }
    }
  }

  /** Those assigned. */
  synchronized Set<TopicPartition> partitions() {
    return Set.copyOf(partitions.keySet());
  }

  /** Enters a question; empty if it is not ours. */
  synchronized Optional<LedgerEntry> take(QuestionRecord question) {
    Optional<LedgerEntry> entry =
        Optional.ofNullable(partitions.get(question.partition()))
            .filter(partition -> partition.takes(question))
            .map(partition -> partition.enter(question));
    entry.ifPresent(taken -> settlements.taken());
    return entry;
  }

  /**
   * @return completes when it keeps no other question waiting
   */
  synchronized CompletionStage<Void> finish(LedgerEntry entry, LedgerEntry.Result result) {
    if (entry.isOurs()) {
      entry.finish(result);
      waitingBytes += entry.bytes();
    }
    return entry.isOurs() && waitingBytes > WAITING_BYTES
        ? entry.settled()
        : CompletableFuture.completedFuture(null);
  }

  /** The question will never finish here, so nothing behind it can be committed either. */
  synchronized void abandon(LedgerEntry entry) {
    if (entry.isOurs()) {
      close(partitions.get(entry.partition()));
    }
  }

  /** Nothing will finish here any more. */
  synchronized void closeAll() {
    partitions.values().forEach(this::close);
  }

  private void close(Partition partition) {
    partition.closed = true;
    for (LedgerEntry entry : partition.entries) {
      waitingBytes -= entry.bytes();
      entry.drop(settlements);
    }
    partition.entries.clear();
  }

  /** The finished heads of all partitions; nothing if there are none, or if we are nobody. */
  synchronized Optional<Batch> finished() {
    List<LedgerEntry> batch = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    long bytes = 0;
    for (Partition partition : partitions.values()) {
      for (LedgerEntry entry : partition.entries) {
        if (!entry.isFinished() || bytes >= TRANSACTION_BYTES) {
          break;
        }
        batch.add(entry);
        bytes += entry.bytes();
        offsets.put(entry.partition(), new OffsetAndMetadata(entry.offset() + 1));
      }
    }
    return batch.isEmpty() ? Optional.empty() : member.map(by -> new Batch(batch, offsets, by));
  }

  /**
   * Everything before these offsets is done, and visible.
   *
   * @param offsets where each partition is read on; {@code null} for one never committed
   */
  synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (name, next) -> {
          Partition partition = partitions.get(name);
          if (partition != null && next != null) {
            settle(partition.entries, next.offset());
          }
        });
  }

  private void settle(Queue<LedgerEntry> entries, long next) {
    while (!entries.isEmpty() && entries.peek().offset() < next) {
      LedgerEntry entry = entries.remove();
      waitingBytes -= entry.bytes();
      entry.settle(settlements);
    }
  }

  /** The broker knows a newer generation than this: nothing is committed until we do. */
  synchronized void refused(ConsumerGroupMetadata by) {
    member = member.filter(now -> now.generationId() != by.generationId());
  }
}
