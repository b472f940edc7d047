package io.cropvqa.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Ends well with the first worker that has its models, and badly once every worker has failed to
 * get them.
 */
final class FirstLoad {
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Set<Worker<?>> failed = new HashSet<>();
  private final int workers;

  FirstLoad(int workers) {
    this.workers = workers;
  }

  CompletionStage<Void> end() {
    return end;
  }

  void succeeded() {
    end.complete(null);
  }

  /**
   * @return whether that was the last hope, so that whoever waits for the end hears of it
   */
  synchronized boolean failed(Worker<?> worker, Throwable reason) {
    failed.add(worker);
    return failed.size() == workers && end.completeExceptionally(reason);
  }
}
