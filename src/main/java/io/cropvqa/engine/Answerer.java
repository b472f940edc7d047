package io.cropvqa.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.engine.InferenceRequest.Mode;
import io.cropvqa.localization.Localization;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Answers questions with one model on one device: encode, localize, compress, prefill, generate.
 */
public final class Answerer implements Answering<Answer> {
  private static final QuestionOptions PROBE_OPTIONS =
      new QuestionOptions(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.of(2),
          Optional.empty(),
          Optional.empty(),
          0);

  private final VisionLanguageModel model;
  private final Localization localization;
  private final FeatureCache features;
  private final EngineSettings settings;
  private final ModelIdentity identity;
  private final PruningChoice pruningChoice;
  private final AtomicLong kvCacheBytes = new AtomicLong();

  /** An answerer that encodes every question's picture anew. */
  public Answerer(
      VisionLanguageModel model,
      Localization localization,
      EngineSettings settings,
      ModelIdentity identity) {
    this(model, localization, FeatureCache.none(model), settings, identity);
  }

  /**
   * The model, the localization and the features are taken over, unless this throws.
   *
   * @throws IllegalArgumentException if the model can't use the pruning method of the settings
   */
  public Answerer(
      VisionLanguageModel model,
      Localization localization,
      FeatureCache features,
      EngineSettings settings,
      ModelIdentity identity) {
    this.model = model;
    this.localization = localization;
    this.features = features;
    this.settings = settings;
    this.identity = identity;
    this.pruningChoice = new PruningChoice(model, settings);
  }

  @Override
  public AnswerDraft prepare(InferenceRequest request) {
    return prepare(request, features);
  }

  private AnswerDraft prepare(InferenceRequest request, FeatureCache known) {
    pruningChoice.requireUsableMethod(request.question());
    try (NDManager scope = model.newScope()) { // what a prompt is made from isn't needed after it
      return prepare(request, known, scope);
    }
  }

  private AnswerDraft prepare(InferenceRequest request, FeatureCache known, NDManager scope) {
    ImageQuestion question = request.question();
    StageClock clock = request.clock();
    List<VisualTokens> images =
        Blame.with(
            FailureCode.IMAGE_TOO_LARGE,
            Stage.ENCODE,
            () -> request.images().stream().map(image -> known.of(image, scope, clock)).toList());
    clock.finish(Stage.ENCODE);
    PruningPlan plan = pruningChoice.plan(question, images);
    List<LocatedRegion> regions =
        Blame.with(
            FailureCode.MALFORMED_EVENT,
            Stage.LOCALIZE,
            () -> regions(plan, request, images, clock));
    clock.finish(Stage.LOCALIZE);
    boolean blind = request.mode() == Mode.BLIND;
    QuestionPruning pruning =
        blind
            ? QuestionPruning.none(images.stream().map(VisualTokens::layout).toList())
            : pruningChoice.pruning(plan, images, regions, question.question());
    List<VisualTokens> compressed =
        Blame.with(
            FailureCode.INVALID_OPTION,
            Stage.COMPRESS,
            () -> blind ? none(images, scope) : pruning.compress(images));
    Prompt prompt =
        Blame.with(
            FailureCode.MALFORMED_EVENT,
            Stage.COMPRESS,
            () -> model.prompt(question.question(), compressed, scope));
    int maxNewTokens = question.options().maxNewTokens().orElse(settings.maxNewTokens());
    requireRoom(prompt, maxNewTokens);
    clock.finish(Stage.COMPRESS);
    int visualTokens = compressed.stream().mapToInt(VisualTokens::count).sum();
    return new AnswerDraft(
        model,
        identity,
        request,
        new AnswerDraft.Preparation(regions, plan, pruning.layout(), visualTokens, prompt),
        new Generation(model, settings.sampling(), request, maxNewTokens),
        model.languageModel().sequence(prompt, pruning, maxNewTokens),
        kvCacheBytes);
  }

  @Override
  public void step(List<Draft<Answer>> drafts) {
    List<AnswerDraft> ours = drafts.stream().map(AnswerDraft.class::cast).toList();
    float[][] logits =
        model.languageModel().step(ours.stream().map(AnswerDraft::sequence).toList());
    for (int i = 0; i < logits.length; i++) {
      ours.get(i).continueWith(logits[i]);
    }
  }

  /** Whoever uses no region has none looked for at its cost. */
  private List<LocatedRegion> regions(
      PruningPlan plan, InferenceRequest request, List<VisualTokens> images, StageClock clock) {
    ImageQuestion question = request.question();
    boolean wanted =
        PruningMethods.usesRegion(plan.method()) || question.options().region().isPresent();
    return IntStream.range(0, images.size())
        .mapToObj(
            i ->
                wanted
                    ? localization.find(question, request.images().get(i), images.get(i), clock)
                    : LocatedRegion.wholeImage())
        .toList();
  }

  private static List<VisualTokens> none(List<VisualTokens> images, NDManager scope) {
    return images.stream().map(tokens -> none(tokens, scope)).toList();
  }

  private static VisualTokens none(VisualTokens tokens, NDManager scope) {
    long width = tokens.embeddings().getShape().get(1);
    return new VisualTokens(scope.create(new Shape(0, width)), new int[0], tokens.layout());
  }

  private void requireRoom(Prompt prompt, int maxNewTokens) {
    LanguageModelConfig config = model.languageModel().config();
    long tokens = (long) prompt.nextPosition() + maxNewTokens;
    if (tokens > config.maxPositionEmbeddings()) {
      throw new QuestionFailure(
          FailureCode.QUESTION_TOO_LONG,
          Stage.COMPRESS,
          "prompt and answer need %d tokens, the model has places for %d: ask a shorter question, about fewer images, or lower options.maxNewTokens"
              .formatted(tokens, config.maxPositionEmbeddings()));
    }
    long bytes = model.languageModel().kvCacheBytes((long) prompt.length() + maxNewTokens);
    if (bytes > settings.kvCacheMaxBytes()) {
      throw new QuestionFailure(
          FailureCode.QUESTION_TOO_LONG,
          Stage.COMPRESS,
          "keys and values would take %d bytes, crop.kv-cache-max-bytes is %d: lower options.visualTokens or raise the setting"
              .formatted(bytes, settings.kvCacheMaxBytes()));
    }
  }

  @Override
  public void probe() {
    // A digest of its own each time: a remembered region would leave the localizer unprobed.
    RgbImage grey = new RgbImage(1, 1, new byte[] {127, 127, 127}, "probe-" + UUID.randomUUID());
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    ImageQuestion question = new ImageQuestion("probe", nowhere, "what is it?", PROBE_OPTIONS);
    try (Draft<Answer> draft =
        prepare(new InferenceRequest(question, grey, new StageClock()), FeatureCache.none(model))) {
      while (draft.answer().isEmpty()) {
        step(List.of(draft));
      }
    } catch (QuestionFailure e) {
      throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
    }
  }

  @Override
  public long memoryUsedBytes() {
    return model.weightBytes() + kvCacheBytes() + features.bytes();
  }

  @Override
  public long kvCacheBytes() {
    return kvCacheBytes.get();
  }

  @Override
  public long kvCacheCapacityBytes() {
    return settings.kvCacheMaxBytes();
  }

  @Override
  public void close() {
    try (model;
        features) {
      localization.close();
    }
  }
}
