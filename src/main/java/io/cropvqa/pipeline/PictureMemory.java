package io.cropvqa.pipeline;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Bounds the bytes that pictures of questions on their way take together. A question takes room for
 * all of its pictures before the first is decoded, in the order in which they ask; one that needs
 * more than there is waits until it is the only one.
 */
public final class PictureMemory {
  private final long capacity;
  private final Deque<Room> waiting = new ArrayDeque<>(); // guarded by this
  private long held; // guarded by this

  /**
   * @param capacity in bytes
   * @throws IllegalArgumentException naming the setting, unless it is positive
   */
  public PictureMemory(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "crop.image.in-flight-bytes must be at least 1, got " + capacity);
    }
    this.capacity = capacity;
  }

  /** What one question has, or waits for. */
  final class Room {
    private final CompletableFuture<Void> granted = new CompletableFuture<>();
    private long bytes; // guarded by the memory

    private Room(long bytes) {
      this.bytes = bytes;
    }

    /** Gives back all but so many bytes, if there are more: decoding takes more than its result. */
    void keep(long bytes) {
      tell(shrink(this, bytes));
    }
  }

  /**
   * Does work once there is room for its pictures, which is given back when it ends however it
   * does.
   *
   * @param bytes that decoding takes, see {@link Room#keep}
   * @param threads where work begins that had to wait; other work begins at once
   */
  <R> Uni<R> with(long bytes, Executor threads, Function<Room, Uni<R>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Room room = new Room(bytes);
              tell(enter(room));
              return turn(room, threads)
                  .chain(granted -> work.apply(room))
                  .onTermination()
                  .invoke(() -> tell(leave(room)));
            });
  }

  private static Uni<Void> turn(Room room, Executor threads) {
    return room.granted.isDone()
        ? Uni.createFrom().voidItem()
        : Uni.createFrom().completionStage(room.granted).emitOn(threads);
  }

  private synchronized List<Room> enter(Room room) {
    waiting.add(room);
    return grant();
  }

  private synchronized List<Room> shrink(Room room, long bytes) {
    long kept = Math.min(room.bytes, bytes); // nothing, where the question was given up meanwhile
    held -= room.bytes - kept;
    room.bytes = kept;
    return grant();
  }

  /** Whether it got in or not. */
  private synchronized List<Room> leave(Room room) {
    if (!waiting.remove(room)) {
      held -= room.bytes;
    }
    room.bytes = 0;
    return grant();
  }

  /** Those whose turn it is now. */
  private List<Room> grant() {
    List<Room> granted = new ArrayList<>();
    while (!waiting.isEmpty() && (held == 0 || held + waiting.peek().bytes <= capacity)) {
      Room next = waiting.remove();
      held += next.bytes;
      granted.add(next);
    }
    return granted;
  }

  /** Without the lock, since work may begin at once. */
  private static void tell(List<Room> granted) {
    granted.forEach(room -> room.granted.complete(null));
  }
}
