package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Gives partitions away so that no question is answered twice: when other instances come or go, the
 * questions of these partitions that are on their way are settled and committed first, and those
 * that wait are left to the next. The group waits for that, {@code crop.drain-timeout} at most.
 *
 * <p>The connector commits what was settled before the call and forgets the partition; what is
 * settled during it is committed here.
 */
@ApplicationScoped
class Revocation {
  private static final Logger LOG = Logger.getLogger(Revocation.class);

  private final Admission admission;
  private final Duration atMost;
  private final Map<TopicPartition, Taken> partitions = new HashMap<>(); // guarded by this

  @Inject
  Revocation(Admission admission, CropConfig config) {
    this(admission, config.drainTimeout());
  }

  /**
   * @param atMost how long the group is kept waiting
   */
  Revocation(Admission admission, Duration atMost) {
    this.admission = admission;
    this.atMost = atMost;
  }

  /** What was taken of a partition since it was assigned, in the order of its offsets. */
  private static final class Taken {
    private final int generation;
    private int unsettled;
    private long next = -1;
    private boolean left;
    private boolean revoked;

    Taken(int generation) {
      this.generation = generation;
    }
  }

  synchronized void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
    int generation = consumer.groupMetadata().generationId();
    assigned.forEach(partition -> partitions.put(partition, new Taken(generation)));
  }

  /**
   * A question is about to go in.
   *
   * @return false if it was read before its partition was given away, so that it is someone else's
   */
  synchronized boolean taken(QuestionRecord question) {
    Optional<Taken> ours = of(question).filter(taken -> !taken.revoked);
    ours.ifPresent(
        taken -> {
          taken.unsettled++;
          taken.next = question.offset() + 1;
        });
    return ours.isPresent();
  }

  private Optional<Taken> of(QuestionRecord question) {
    return Optional.ofNullable(partitions.get(question.partition()))
        .filter(taken -> taken.generation <= question.generation());
  }

  synchronized void settled(QuestionRecord question) {
    of(question).ifPresent(taken -> taken.unsettled--);
    notifyAll();
  }

  /** The question has no outcome here, so nothing behind it may be committed. */
  synchronized void left(QuestionRecord question) {
    of(question).ifPresent(taken -> taken.left = true);
    settled(question);
  }

  void revoked(Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
    close(revoked);
    admission.turnAway(revoked);
    Map<TopicPartition, OffsetAndMetadata> settled = settled(revoked);
    if (!settled.isEmpty()) {
      consumer.commitSync(settled);
    }
  }

  private synchronized void close(Collection<TopicPartition> revoked) {
    partitions.forEach((name, taken) -> taken.revoked |= revoked.contains(name));
  }

  /** Another instance has them already: too late for anything but to forget them. */
  void lost(Collection<TopicPartition> lost) {
    close(lost);
    admission.turnAway(lost);
    forget(lost);
  }

  private synchronized void forget(Collection<TopicPartition> lost) {
    lost.forEach(partitions::remove);
  }

  /** Waits for what is on its way, and says where each partition is to be read on. */
  private synchronized Map<TopicPartition, OffsetAndMetadata> settled(
      Collection<TopicPartition> revoked) {
    awaitSettled(revoked);
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : revoked) {
      Taken taken = partitions.remove(partition);
      if (taken != null && taken.unsettled > 0) {
        LOG.warnf(
            "%d questions of %s were not settled within crop.drain-timeout: they may be answered"
                + " again",
            taken.unsettled, partition);
      } else if (taken != null && !taken.left && taken.next >= 0) {
        offsets.put(partition, new OffsetAndMetadata(taken.next));
      }
    }
    return offsets;
  }

  private void awaitSettled(Collection<TopicPartition> revoked) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (isUnsettled(revoked) && System.nanoTime() < end) {
        wait(Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isUnsettled(Collection<TopicPartition> revoked) {
    return partitions.entrySet().stream()
        .anyMatch(entry -> revoked.contains(entry.getKey()) && entry.getValue().unsettled > 0);
  }
}
