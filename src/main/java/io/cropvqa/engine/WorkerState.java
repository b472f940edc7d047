package io.cropvqa.engine;

import java.util.Locale;

/** What a worker is doing. */
public enum WorkerState {
  LOADING,
  READY,
  BUSY,
  /** Its device or its model can't be used; it takes no questions. */
  FAILED,
  STOPPED;

  public boolean takesQuestions() {
    return this == READY || this == BUSY;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
