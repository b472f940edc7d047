package io.cropvqa.messaging;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/**
 * Questions that the broker has yet to confirm. Only so many at once, however long the file they
 * come from. For one thread.
 */
public final class Confirmations {
  private static final int AT_ONCE = 256;

  private final Queue<CompletionStage<Void>> open = new ArrayDeque<>();
  private final IntConsumer progress;
  private int confirmed;

  /**
   * @param progress told how many are confirmed so far
   */
  public Confirmations(IntConsumer progress) {
    this.progress = progress;
  }

  /**
   * Takes one more, and waits for the oldest if there are too many.
   *
   * @throws java.util.concurrent.CompletionException if the broker didn't take that one
   */
  public void expect(CompletionStage<Void> confirmation) {
    open.add(confirmation);
    if (open.size() > AT_ONCE) {
      awaitOldest();
    }
  }

  /**
   * Waits for all, and says how many there were.
   *
   * @throws java.util.concurrent.CompletionException if the broker didn't take one
   */
  public int await() {
    while (!open.isEmpty()) {
      awaitOldest();
    }
    return confirmed;
  }

  /** Questions that the broker has so far. */
  public int confirmed() {
    return confirmed;
  }

  private void awaitOldest() {
    open.remove().toCompletableFuture().join();
    confirmed++;
    progress.accept(confirmed);
  }
}
