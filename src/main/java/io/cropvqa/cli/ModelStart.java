package io.cropvqa.cli;

import io.cropvqa.engine.InferenceEngine;
import jakarta.enterprise.inject.Instance;
import java.util.concurrent.CompletionException;

/** Waits until the engine has its models. */
final class ModelStart {
  private ModelStart() {}

  /**
   * Returns once there is a worker to ask, or once it is known that there is none for now.
   *
   * @throws IllegalArgumentException if the models can't be used as configured; the message says
   *     what to change
   */
  static void await(Instance<InferenceEngine> engine) {
    try {
      engine.get().loaded().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException unusable) {
        throw unusable;
      }
    }
  }
}
