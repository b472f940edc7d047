package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Who goes in: so many questions are worked on at once, and no source keeps others waiting for all
 * of its own. Of the questions that wait at the head of their partitions the one goes in whose
 * source has the fewest worked on; of equals, the one that has waited longest.
 *
 * <p>What it guarantees: where questions of S sources wait at the heads of partitions, each source
 * gets its S-th part of the places, as places fall free. A partition whose questions pile up here
 * is paused, so however many they are, those of other partitions are read past them.
 *
 * <p>What it can't: partitions are read in their order. A question behind others in the same
 * partition waits for these, whoever asked them, so a source that is to be prompt needs keys of its
 * own, or better partitions. And a source is what senders call themselves: who asks under many
 * names gets many places.
 *
 * <p>Questions of one partition go in in the order in which they lie there.
 *
 * <p>A place is free when its question's outcome is known, so that the engine has work while the
 * broker stores outcomes. When as many wait for the broker as there are places, nobody goes in.
 */
@ApplicationScoped
class Admission {
  /** Questions that partitions may have waiting here before they are paused, in places. */
  private static final int ROOM = 2;

  private final int places;
  private final int room;
  private final PartitionFlow flow;
  private final Map<TopicPartition, Deque<Waiting<?>>> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> workedOn = new HashMap<>(); // by source
  private final Set<TopicPartition> paused = new HashSet<>();
  private final Set<TopicPartition> pausedWhenTaken = new HashSet<>(); // when given to others
  private int taken;
  private int unpublished;
  private long arrivals;
  private boolean closed;

  @Inject
  Admission(CropConfig config, PartitionFlow flow) {
    this(config.maxInFlight(), ROOM * config.maxInFlight(), flow);
  }

  /**
   * @param places questions that may be worked on at once, and outcomes that may wait for the
   *     broker
   * @param room questions that partitions may have waiting here together before they are paused
   */
  Admission(int places, int room, PartitionFlow flow) {
    this.places = places;
    this.room = room;
    this.flow = flow;
  }

  /** A question that waits, and what is to happen when it goes in. */
  private record Waiting<T>(
      TopicPartition partition,
      String source,
      long arrival,
      Supplier<Optional<T>> taking,
      CompletableFuture<Optional<T>> turn) {

    void turnAway() {
      turn.complete(Optional.empty());
    }
  }

  /**
   * Waits for a place; who gets one {@link #leave}s it, and is {@link #published} after that.
   *
   * @param taking run when it is the question's turn, for those of a partition one after another;
   *     empty if it doesn't go in after all
   * @return what {@code taking} gave; empty if the question is left to whoever reads it next
   */
  <T> Uni<Optional<T>> enter(
      TopicPartition partition, String source, Supplier<Optional<T>> taking) {
    CompletableFuture<Optional<T>> turn = new CompletableFuture<>();
    queue(partition, source, taking, turn).forEach(Runnable::run);
    return Uni.createFrom().completionStage(turn);
  }

  private synchronized <T> List<Runnable> queue(
      TopicPartition partition,
      String source,
      Supplier<Optional<T>> taking,
      CompletableFuture<Optional<T>> turn) {
    Waiting<T> guest = new Waiting<>(partition, source, arrivals++, taking, turn);
    if (closed) {
      return List.of(guest::turnAway);
    }
    waiting.computeIfAbsent(partition, name -> new ArrayDeque<>()).add(guest);
    List<Runnable> told = admitted();
    Deque<Waiting<?>> queue = waiting.get(partition);
    if (queue != null && queue.size() >= share()) {
      // Each time: the connector may have resumed it in between.
      paused.add(partition);
      flow.pause(partition);
    }
    return told;
  }

  /** Gives a place back: the question's outcome is known. */
  void leave(String source) {
    left(source).forEach(Runnable::run);
  }

  private synchronized List<Runnable> left(String source) {
    taken--;
    unpublished++;
    workedOn.computeIfPresent(source, (name, count) -> count == 1 ? null : count - 1);
    return admitted();
  }

  /** The outcome of a question that left no longer keeps others waiting. */
  void published() {
    nowPublished().forEach(Runnable::run);
  }

  private synchronized List<Runnable> nowPublished() {
    unpublished--;
    return admitted();
  }

  /** Fills the places that are free; whoever waited is told once the lock is free too. */
  private List<Runnable> admitted() {
    List<Runnable> told = new ArrayList<>();
    while (taken < places && unpublished < places && !waiting.isEmpty()) {
      Waiting<?> next =
          waiting.values().stream()
              .<Waiting<?>>map(Deque::element)
              .min(
                  Comparator.<Waiting<?>>comparingInt(
                          guest -> workedOn.getOrDefault(guest.source(), 0))
                      .thenComparingLong(Waiting::arrival))
              .orElseThrow();
      Deque<Waiting<?>> queue = waiting.get(next.partition());
      queue.remove();
      if (queue.isEmpty()) {
        waiting.remove(next.partition());
      }
      told.add(take(next));
    }
    resumeThoseWithRoom();
    return told;
  }

  /** Whoever waits is told by what comes back. */
  private <T> Runnable take(Waiting<T> next) {
    Optional<T> goesIn = next.taking().get();
    if (goesIn.isPresent()) {
      taken++;
      workedOn.merge(next.source(), 1, Integer::sum);
    }
    return () -> next.turn().complete(goesIn);
  }

  /** What each partition may have waiting here. */
  private int share() {
    return Math.max(1, room / Math.max(1, waiting.size()));
  }

  private void resumeThoseWithRoom() {
    for (TopicPartition partition : List.copyOf(paused)) {
      int left = waiting.containsKey(partition) ? waiting.get(partition).size() : 0;
      if (left <= share() / 2) {
        paused.remove(partition);
        flow.resume(partition);
      }
    }
  }

  /**
   * These partitions are ours from now on. What was to hold them up when they were ours before may
   * take effect only now, so it is taken back.
   */
  synchronized void assigned(Collection<TopicPartition> partitions) {
    partitions.stream().filter(pausedWhenTaken::remove).forEach(flow::resume);
  }

  /** Questions of these partitions are someone else's from now on. */
  synchronized void turnAway(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      Deque<Waiting<?>> queue = waiting.remove(partition);
      if (queue != null) {
        queue.forEach(Waiting::turnAway);
      }
      if (paused.remove(partition)) {
        pausedWhenTaken.add(partition);
      }
    }
  }

  /** Nobody goes in any more. */
  synchronized void close() {
    closed = true;
    turnAway(List.copyOf(waiting.keySet()));
  }
}
