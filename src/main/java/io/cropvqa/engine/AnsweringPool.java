package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.RequestListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Workers that answer questions. */
public final class AnsweringPool extends WorkerPool<Answer> {

  /**
   * @param devices one worker each
   */
  public AnsweringPool(
      ModelIdentity model,
      List<String> devices,
      Loader<Answer> loader,
      EngineLimits limits,
      RequestListener listener) {
    this(model, devices, loader, limits, listener, RELOAD_DELAY);
  }

  AnsweringPool(
      ModelIdentity model,
      List<String> devices,
      Loader<Answer> loader,
      EngineLimits limits,
      RequestListener listener,
      Duration reloadDelay) {
    super(model, devices, loader, limits, listener, reloadDelay);
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    return ask(request);
  }
}
