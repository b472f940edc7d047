package io.cropvqa.domain;

import java.util.Locale;

/** The steps of a question's way, in order. */
public enum Stage {
  /** Getting the image's bytes. */
  FETCH,
  /** Bytes to pixels. */
  DECODE,
  /** Waiting for a worker. */
  QUEUE,
  /** Pixels to visual tokens. */
  ENCODE,
  /** Finding the contextual region. */
  LOCALIZE,
  /** Pre-LLM Compression. */
  COMPRESS,
  /** The prompt through the decoder, Inner-LLM Pruning included. */
  PREFILL,
  /** Token by token after the first. */
  GENERATE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
