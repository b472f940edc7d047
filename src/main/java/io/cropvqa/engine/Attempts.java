package io.cropvqa.engine;

/**
 * What happened to a question whenever a worker had it, however often it was offered to the engine.
 * Safe for use by many threads.
 */
public final class Attempts {
  private boolean suspect;
  private int lost;

  /** Notes that something failed that it was part of: it runs alone from now on. */
  synchronized void suspect() {
    suspect = true;
  }

  synchronized boolean isSuspect() {
    return suspect;
  }

  /**
   * Notes that the device was lost at this question.
   *
   * @return how often that has happened by now
   */
  synchronized int lose() {
    return ++lost;
  }
}
