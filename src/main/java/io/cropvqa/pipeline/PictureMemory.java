package io.cropvqa.pipeline;

import io.cropvqa.domain.RgbImage;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Bounds the bytes that pictures of questions on their way take together. A question takes room for
 * all of its pictures before the first is decoded, in the order in which they ask; one that needs
 * more than there is waits until it is the only one. How much it needs is asked again while it
 * waits: a picture that another question had decoded meanwhile takes nothing.
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
    private final LongSupplier needed;
    private long held; // guarded by the memory, as all that follows
    private boolean decoding;
    private boolean left;

    private Room(LongSupplier needed) {
      this.needed = needed;
    }

    /**
     * Decodes into the room, then gives back what that took more than its result. A question may be
     * given up meanwhile, but decoding can't be, so its room is given back after it.
     */
    List<RgbImage> fill(Supplier<List<RgbImage>> decode) {
      long kept = 0;
      begin(this);
      try {
        List<RgbImage> images = decode.get();
        kept = images.stream().mapToLong(image -> image.rgb().length).sum();
        return images;
      } finally {
        tell(end(this, kept));
      }
    }
  }

  /**
   * Does work once there is room for its pictures, which is given back when it ends however it
   * does.
   *
   * @param bytes that decoding takes, see {@link Room#fill}; asked under a lock
   * @param threads where work begins that had to wait; other work begins at once
   */
  <R> Uni<R> with(LongSupplier bytes, Executor threads, Function<Room, Uni<R>> work) {
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

  private synchronized void begin(Room room) {
    room.decoding = true;
  }

  private synchronized List<Room> end(Room room, long kept) {
    room.decoding = false;
    return keep(room, room.left ? 0 : kept);
  }

  /** Whether it got in or not. */
  private synchronized List<Room> leave(Room room) {
    room.left = true;
    waiting.remove(room);
    return room.decoding ? List.of() : keep(room, 0);
  }

  /** Gives back all but so many bytes, if it has more. */
  private List<Room> keep(Room room, long bytes) {
    long kept = Math.min(room.held, bytes);
    held -= room.held - kept;
    room.held = kept;
    return grant();
  }

  /** Those whose turn it is now. */
  private List<Room> grant() {
    List<Room> granted = new ArrayList<>();
    while (!waiting.isEmpty()) {
      long needed = waiting.element().needed.getAsLong();
      if (held > 0 && held + needed > capacity) {
        break;
      }
      Room next = waiting.remove();
      next.held = needed;
      held += needed;
      granted.add(next);
    }
    return granted;
  }

  /** Without the lock, since work may begin at once. */
  private static void tell(List<Room> granted) {
    granted.forEach(room -> room.granted.complete(null));
  }
}
