package io.cropvqa.engine;

import java.util.List;

/**
 * What a worker runs on its device. One thread takes steps; others may prepare meanwhile what goes
 * into later ones.
 *
 * @param <R> what it makes of a question
 */
public interface Answering<R> extends AutoCloseable {

  /**
   * All that comes before the decoder: encode, localize, compress.
   *
   * @return what whoever asks for it closes
   * @throws io.cropvqa.domain.QuestionFailure if the question can't be answered as it is asked
   */
  Draft<R> prepare(InferenceRequest request);

  /**
   * Takes answers one step on, all in one pass through the decoder: their prompts, or their next
   * tokens. Each comes out as it would alone.
   *
   * @param drafts made here and not complete
   */
  void step(List<Draft<R>> drafts);

  /**
   * One question from its picture to its answer.
   *
   * @throws io.cropvqa.domain.QuestionFailure if the question can't be answered as it is asked
   */
  default R answer(InferenceRequest request) {
    try (Draft<R> draft = prepare(request)) {
      while (draft.answer().isEmpty()) {
        step(List.of(draft));
      }
      return draft.answer().get();
    }
  }

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
