package io.cropvqa.messaging;

import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Lets questions of one key follow one another, in the order in which they came; those of different
 * keys don't wait for each other, and those without a key for none. It holds nothing back itself:
 * who waits for an earlier question of its key keeps its place among {@code crop.max-in-flight}.
 */
final class KeyOrder {
  /** The last question of each key that is under way. */
  private final Map<ByteBuffer, CompletionStage<Void>> last = new HashMap<>();

  /**
   * Work that begins when the question before it is over.
   *
   * @param key {@code null} for none
   * @param over completes when this one is
   */
  <T> Uni<T> next(byte[] key, CompletionStage<Void> over, Supplier<Uni<T>> work) {
    if (key == null) {
      return work.get();
    }
    ByteBuffer name = ByteBuffer.wrap(key);
    CompletionStage<Void> before = append(name, over);
    over.thenRun(() -> forget(name, over));
    return Uni.createFrom().completionStage(before).chain(work::get);
  }

  private synchronized CompletionStage<Void> append(ByteBuffer name, CompletionStage<Void> over) {
    CompletionStage<Void> before = last.put(name, over);
    return before == null ? CompletableFuture.completedFuture(null) : before;
  }

  private synchronized void forget(ByteBuffer name, CompletionStage<Void> over) {
    last.remove(name, over);
  }

  /** Keys that have questions under way. */
  synchronized int keys() {
    return last.size();
  }
}
