package io.cropvqa.engine;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds where questions about one image look, with one model on one device: encode, localize. The
 * decoder is left to the service that answers.
 */
public final class Locator implements Answering<Localized> {
  private final VisionLanguageModel model;
  private final Localization localization;
  private final FeatureCache features;

  /** Model, localization and features are taken over. */
  public Locator(VisionLanguageModel model, Localization localization, FeatureCache features) {
    this.model = model;
    this.localization = localization;
    this.features = features;
  }

  @Override
  public Draft<Localized> prepare(InferenceRequest request) {
    return new Found(locate(request, features));
  }

  private Localized locate(InferenceRequest request, FeatureCache known) {
    StageClock clock = request.clock();
    RgbImage image = request.images().get(0);
    try (NDManager scope = model.newScope()) {
      VisualTokens tokens =
          Blame.with(
              FailureCode.IMAGE_TOO_LARGE, Stage.ENCODE, () -> known.of(image, scope, clock));
      clock.finish(Stage.ENCODE);
      LocatedRegion region =
          Blame.with(
              FailureCode.MALFORMED_EVENT,
              Stage.LOCALIZE,
              () -> localization.find(request.question(), image, tokens, clock));
      clock.finish(Stage.LOCALIZE);
      return new Localized(region, clock.stop());
    }
  }

  /** Complete from the beginning. */
  private record Found(Localized region) implements Draft<Localized> {
    @Override
    public int rows() {
      return 0;
    }

    @Override
    public long kvCacheBytes() {
      return 0;
    }

    @Override
    public Optional<Localized> answer() {
      return Optional.of(region);
    }

    @Override
    public void close() {}
  }

  @Override
  public void step(List<Draft<Localized>> drafts) {
    throw new IllegalStateException("regions are complete before any step");
  }

  @Override
  public void probe() {
    // A digest of its own each time: a remembered region would leave the localizer unprobed.
    RgbImage grey = new RgbImage(1, 1, new byte[] {127, 127, 127}, "probe-" + UUID.randomUUID());
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    ImageQuestion question =
        new ImageQuestion("probe", nowhere, "what is it?", QuestionOptions.DEFAULTS);
    try {
      locate(new InferenceRequest(question, grey, new StageClock()), FeatureCache.none(model));
    } catch (QuestionFailure e) {
      throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
    }
  }

  @Override
  public long memoryUsedBytes() {
    return model.weightBytes() + features.bytes();
  }

  @Override
  public long kvCacheBytes() {
    return 0;
  }

  @Override
  public long kvCacheCapacityBytes() {
    return 0;
  }

  @Override
  public void close() {
    try (model;
        features) {
      localization.close();
    }
  }
}
