package io.cropvqa.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Counts the questions that were taken and not yet settled. */
@ApplicationScoped
public class InFlight {
  private int questions;

  synchronized void enter() {
    questions++;
  }

  synchronized void leave() {
    questions--;
    notifyAll();
  }

  /**
   * Waits until every question that was taken is settled.
   *
   * @return how many are not, once {@code atMost} has passed
   */
  synchronized int drain(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (questions > 0) {
      long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    return questions;
  }
}
