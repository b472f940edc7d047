package io.cropvqa.engine;

import io.cropvqa.domain.Answer;

/** What a worker runs on its device. Used by one thread at a time. */
public interface Answering extends AutoCloseable {

  /**
   * @throws io.cropvqa.domain.QuestionFailure if the question can't be answered as it is asked
   */
  Answer answer(InferenceRequest request);

  /**
   * Runs something small to see whether the device and the model still work; throws if they don't.
   *
   * @throws IllegalArgumentException if the settings are at fault
   */
  void probe();

  /** Bytes held on the device: weights, keys and values, remembered visual tokens. */
  long memoryUsedBytes();

  /** Bytes of keys and values held by running questions. */
  long kvCacheBytes();

  /** Most bytes of keys and values that questions may hold. */
  long kvCacheCapacityBytes();

  @Override
  void close();
}
