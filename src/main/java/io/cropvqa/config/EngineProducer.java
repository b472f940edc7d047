package io.cropvqa.config;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.engine.Answerer;
import io.cropvqa.engine.Answering;
import io.cropvqa.engine.AnsweringPool;
import io.cropvqa.engine.EngineLimits;
import io.cropvqa.engine.EngineSettings;
import io.cropvqa.engine.FeatureCache;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.LocatingPool;
import io.cropvqa.engine.Locator;
import io.cropvqa.localization.AttentionLocalizer;
import io.cropvqa.localization.GenerativeLocalizer;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.RegionAnswer;
import io.cropvqa.localization.RegionLocalizer;
import io.cropvqa.localization.RelativeAttentionLocalizer;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.NumberType;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Wires models, localizer and workers as the settings say. */
final class EngineProducer {

  /**
   * Looks at all that can be seen to be wrong before models are loaded.
   *
   * @throws IllegalArgumentException naming the setting or file, and the fix
   */
  static void requireUsable(CropConfig config) {
    Stages.requireUsable(config);
    numberType(config);
    devices(config.device(), config.workers());
    settings(config);
    limits(config);
    similarity(config.localizer());
    relativeAttention(config.localizer());
    localization(config.localizer());
    config.localizer().attentionCoverage().ifPresent(AttentionLocalizer::requireCoverage);
    FeatureCache.requireNotNegative(config.image().featureCacheBytes());
    config.localizer().model().ifPresent(ModelRevision::of);
    config
        .model()
        .ifPresent(
            model -> {
              Checkpoints.requireDirectory(model);
              ModelCard.read(model);
              ModelRevision.of(model);
            });
  }

  @Produces
  @Singleton
  ModelDirectory modelDirectory(CropConfig config) {
    return new ModelDirectory(
        config.model().orElseGet(() -> BundledModel.unpack(config.cacheDirectory())));
  }

  @Produces
  @Singleton
  ModelCard modelCard(ModelDirectory model) {
    return ModelCard.read(model.path());
  }

  @Produces
  @Singleton
  InferenceEngine engine(
      CropConfig config,
      ModelDirectory model,
      ModelCard card,
      RequestListener listener,
      Event<InferenceEngine> built) {
    configureTorch(config);
    List<String> devices = devices(config.device(), config.workers());
    String revision = revision(model.path(), numberType(config));
    Function<String, ModelIdentity> identity =
        device -> new ModelIdentity(card.name(), revision, device);
    ModelIdentity first = identity.apply(devices.get(0));
    InferenceEngine engine =
        Stages.of(config) == Stages.LOCALIZE
            ? new LocatingPool(
                first,
                devices,
                device -> locator(config, model.path(), card, device, listener),
                limits(config),
                listener)
            : new AnsweringPool(
                first,
                devices,
                device -> answerer(config, model.path(), card, identity.apply(device), listener),
                limits(config),
                listener);
    built.fire(engine);
    return engine;
  }

  static void configureTorch(CropConfig config) {
    Torch.configure(config.cacheDirectory(), intraOpThreads(config));
  }

  /**
   * PyTorch's threads spin while they wait. Where they have to share cores with the rest of the
   * service, a step takes several times as long, so half of the processors are left to others.
   */
  private static int intraOpThreads(CropConfig config) {
    int processors = Runtime.getRuntime().availableProcessors();
    return config.intraOpThreads() > 0
        ? config.intraOpThreads()
        : Math.max(1, processors / 2 / Math.max(1, config.workers()));
  }

  /** Answers of the same files in other numbers may differ, so they are told apart. */
  private static String revision(Path model, NumberType type) {
    String files = ModelRevision.of(model);
    return type == NumberType.FLOAT32 ? files : files + "-" + type.wireName();
  }

  /**
   * @throws IllegalArgumentException for a number type that the device can't compute with
   */
  private static NumberType numberType(CropConfig config) {
    NumberType type = config.dtype().map(NumberType::named).orElse(NumberType.FLOAT32);
    if (type == NumberType.INT8 && !config.device().equals("cpu")) {
      throw new IllegalArgumentException(
          "crop.dtype = int8 is for crop.device = cpu, got " + config.device());
    }
    return type;
  }

  void close(@Disposes InferenceEngine engine) {
    engine.close();
  }

  /** {@code gpu} is one worker a GPU; any other device is shared by all workers. */
  private static List<String> devices(String device, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("crop.workers must be at least 1, got " + workers);
    }
    return IntStream.range(0, workers)
        .mapToObj(i -> device.equals("gpu") ? "gpu:" + i : device)
        .toList();
  }

  private static EngineLimits limits(CropConfig config) {
    return new EngineLimits(
        config.queueCapacity(),
        config.batch().size(),
        config.batch().tokens(),
        config.prepareThreads() == 0 ? prepareThreads(config) : config.prepareThreads());
  }

  private static int prepareThreads(CropConfig config) {
    int processors = Runtime.getRuntime().availableProcessors();
    return config.device().equals("cpu") ? Math.max(1, processors / config.workers()) : 1;
  }

  @Produces
  @Singleton
  static EngineSettings settings(CropConfig config) {
    CropConfig.Pruning pruning = config.pruning();
    CropConfig.Generation generation = config.generation();
    return new EngineSettings(
        pruning.method(),
        pruning.visualTokens(),
        pruning.retentionRatio(),
        generation.maxNewTokens(),
        config.kvCacheMaxBytes(),
        new Sampler.Settings(generation.temperature(), generation.topP(), generation.seed()),
        new PruningSettings(
            pruning.ilpLayer(),
            pruning.ilpMinSurvivors(),
            pruning.ilpCompactEarlyKv(),
            pruning.plcRegionShare(),
            pruning.cropCompression(),
            new PruningSettings.Plc(pruning.plcAnchors(), pruning.cropCompressor()),
            pruning.seed(),
            pruning.positions(),
            new PruningSettings.Baselines(
                pruning.fastvLayer(),
                pruning.pyramiddropRatio(),
                pruning.sparsevlmRecycledShare(),
                pruning.visionzipContextualShare())));
  }

  private static Answering<Answer> answerer(
      CropConfig config,
      Path directory,
      ModelCard card,
      ModelIdentity identity,
      RequestListener listener) {
    VisionLanguageModel model = open(directory, identity.device(), numberType(config));
    try {
      Localization localization =
          Stages.of(config) == Stages.INFER
              ? new Localization(Optional.empty(), localization(config.localizer()), listener)
              : localization(config, directory, card, model, identity.device(), listener);
      FeatureCache features = new FeatureCache(model, config.image().featureCacheBytes(), listener);
      return new Answerer(model, localization, features, settings(config), identity);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Answering<Localized> locator(
      CropConfig config, Path directory, ModelCard card, String device, RequestListener listener) {
    if (kind(config.localizer(), card).equals("none")) {
      throw new IllegalArgumentException(
          "crop.stages is localize, and the model has no localizer: set crop.localizer.kind");
    }
    VisionLanguageModel model = open(directory, device, NumberType.FLOAT32);
    try {
      return new Locator(
          model,
          localization(config, directory, card, model, device, listener),
          new FeatureCache(model, config.image().featureCacheBytes(), listener));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** Who finds regions for a model, as the settings say. */
  static Localization localization(
      CropConfig config,
      Path directory,
      ModelCard card,
      VisionLanguageModel model,
      String device,
      RequestListener listener) {
    return new Localization(
        localizer(config.localizer(), card, directory, model, device),
        localization(config.localizer()),
        listener);
  }

  private static Localization.Settings localization(CropConfig.Localizer config) {
    return new Localization.Settings(config.minConfidence(), config.cacheBytes());
  }

  private static VisionLanguageModel open(Path directory, String device, NumberType type) {
    NDManager root = Torch.open(Torch.device(device));
    return Checkpoints.open(directory, root, type);
  }

  private static Optional<RegionLocalizer> localizer(
      CropConfig.Localizer config,
      ModelCard card,
      Path directory,
      VisionLanguageModel model,
      String device) {
    return switch (kind(config, card)) {
      case "none" -> Optional.empty();
      case "similarity" -> Optional.of(new SimilarityLocalizer(model, similarity(config)));
      case "attention" ->
          Optional.of(new AttentionLocalizer(directory, model, config.attentionCoverage()));
      case "relative-attention" ->
          Optional.of(new RelativeAttentionLocalizer(model, relativeAttention(config)));
      case "generative" -> Optional.of(generative(config, device));
      default ->
          throw new IllegalArgumentException(
              "crop.localizer.kind must be auto, attention, similarity, relative-attention,"
                  + " generative or none, got "
                  + kind(config, card));
    };
  }

  /**
   * Left to itself: a localizer of its own if there is one, else what the model was trained for.
   */
  private static String kind(CropConfig.Localizer config, ModelCard card) {
    if (!config.kind().equals("auto")) {
      return config.kind();
    }
    return config.model().isPresent() ? "generative" : card.localizer().orElse("none");
  }

  private static SimilarityLocalizer.Settings similarity(CropConfig.Localizer config) {
    return new SimilarityLocalizer.Settings(
        config.similarityReach(), config.similarityLeast(), config.similarityTemperature());
  }

  private static RelativeAttentionLocalizer.Settings relativeAttention(
      CropConfig.Localizer config) {
    return new RelativeAttentionLocalizer.Settings(
        config.relativeAttentionLayer(),
        config.relativeAttentionPrompt(),
        config.relativeAttentionReach());
  }

  private static RegionLocalizer generative(CropConfig.Localizer config, String device) {
    Path directory =
        config
            .model()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "crop.localizer.kind is generative: set crop.localizer.model to its"
                            + " directory"));
    VisionLanguageModel model = open(directory, device, NumberType.FLOAT32);
    try {
      return new GenerativeLocalizer(model, RegionAnswer.read(directory, model.tokenizer()));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }
}
