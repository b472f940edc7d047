package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import java.util.Optional;

/**
 * An answer that is being written: first its prompt goes through the decoder, then token after
 * token. Closing it, written or not, frees what it holds on the device.
 */
public interface Draft extends AutoCloseable {

  /** Rows that go into the decoder with the next step: the prompt's, then one. */
  int rows();

  /** Most bytes of keys and values that it holds or may come to hold. */
  long kvCacheBytes();

  /** The answer, once it is complete. */
  Optional<Answer> answer();

  @Override
  void close();
}
