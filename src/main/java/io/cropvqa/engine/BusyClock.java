package io.cropvqa.engine;

/** Counts what somebody has to do, and the time in which that was anything. */
final class BusyClock {
  private int tasks;
  private long begun;
  private long nanos;

  synchronized void begin() {
    if (tasks++ == 0) {
      begun = System.nanoTime();
    }
  }

  synchronized void end() {
    if (--tasks == 0) {
      nanos += System.nanoTime() - begun;
    }
  }

  synchronized boolean isBusy() {
    return tasks > 0;
  }

  /** Time so far in which there was something to do. */
  synchronized long nanos() {
    return isBusy() ? nanos + System.nanoTime() - begun : nanos;
  }
}
