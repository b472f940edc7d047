package io.cropvqa.domain;

import java.util.Locale;

/** Why generation ended. */
public enum FinishReason {
  /** The model said it was done. */
  STOP,
  /** {@code maxNewTokens} were generated. */
  LENGTH,
  /** The question's deadline passed while its answer was being generated. */
  DEADLINE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
