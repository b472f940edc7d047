package io.cropvqa.evaluation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Clients that each ask one question after another, until all are asked. */
final class Clients {
  private Clients() {}

  /**
   * @param ask asks the question of a number and returns once it is answered
   * @return questions answered a second
   */
  static double rate(int clients, int questions, IntConsumer ask) {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        running.add(threads.submit(() -> askAll(next, questions, ask)));
      }
      for (Future<?> client : running) {
        client.get();
      }
      return questions / ((System.nanoTime() - begun) / 1e9);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the measurement was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void askAll(AtomicInteger next, int questions, IntConsumer ask) {
    for (int i = next.getAndIncrement(); i < questions; i = next.getAndIncrement()) {
      ask.accept(i);
    }
  }
}
