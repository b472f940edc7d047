package io.cropvqa.engine;

import java.util.Optional;

/**
 * An answer that is being written: first its prompt goes through the decoder, then token after
 * token. Closing it, written or not, frees what it holds on the device.
 *
 * @param <R> what it comes to; one that is complete from the beginning needs no decoder
 */
public interface Draft<R> extends AutoCloseable {

  /** Rows that go into the decoder with the next step: the prompt's, then one. */
  int rows();

  /** Most bytes of keys and values that it holds or may come to hold. */
  long kvCacheBytes();

  /** The answer, once it is complete. */
  Optional<R> answer();

  @Override
  void close();
}
