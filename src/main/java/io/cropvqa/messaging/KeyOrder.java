package io.cropvqa.messaging;

import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets questions of one key follow one another, in the order in which they came; those of different
 * keys don't wait for each other, and those without a key for none. It holds nothing back itself:
 * who waits for an earlier question of its key keeps its place among {@code crop.max-in-flight}.
 */
final class KeyOrder {
  /** The last question of each key that is under way. */
  private final Map<ByteBuffer, CompletableFuture<Void>> last = new HashMap<>();

  /**
   * Work that begins when that of the question before it has ended, however it ended.
   *
   * @param key {@code null} for none
   */
  <T> Uni<T> next(byte[] key, Supplier<Uni<T>> work) {
    if (key == null) {
      return work.get();
    }
    ByteBuffer name = ByteBuffer.wrap(key);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    CompletableFuture<Void> before = append(name, ended);
    return Uni.createFrom()
        .completionStage(before)
        .chain(work::get)
        .onTermination()
        .invoke(() -> end(name, ended));
  }

  private synchronized CompletableFuture<Void> append(
      ByteBuffer name, CompletableFuture<Void> ended) {
    CompletableFuture<Void> before = last.put(name, ended);
    return before == null ? CompletableFuture.completedFuture(null) : before;
  }

  private void end(ByteBuffer name, CompletableFuture<Void> ended) {
    synchronized (this) {
      last.remove(name, ended);
    }
    ended.complete(null);
  }

  /** Keys that have questions under way. */
  synchronized int keys() {
    return last.size();
  }
}
