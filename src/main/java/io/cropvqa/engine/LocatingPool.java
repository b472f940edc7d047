package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Workers that find where questions look and leave the rest to another service's. */
public final class LocatingPool extends WorkerPool<Localized> {

  /**
   * @param devices one worker each
   */
  public LocatingPool(
      ModelIdentity model,
      List<String> devices,
      Loader<Localized> loader,
      EngineLimits limits,
      RequestListener listener) {
    super(model, devices, loader, limits, listener, RELOAD_DELAY);
  }

  @Override
  public CompletionStage<Localized> locate(InferenceRequest request) {
    return ask(request);
  }

  @Override
  public CompletionStage<Answer> submit(InferenceRequest request) {
    return CompletableFuture.failedStage(
        new QuestionFailure(
            FailureCode.UNAVAILABLE,
            Stage.QUEUE,
            "this service only finds regions, crop.stages is localize: ask one that answers"));
  }
}
