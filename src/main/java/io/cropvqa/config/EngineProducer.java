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
import io.cropvqa.localization.Localization;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
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
    WeightNumbers.requireUsable(config);
    devices(config.device(), config.workers());
    settings(config);
    limits(config);
    Localizers.requireUsable(config.localizer());
    FeatureCache.requireNotNegative(config.image().featureCacheBytes());
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
    String revision = revision(model.path(), WeightNumbers.of(config, model.path()));
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
            pruning.plcAnchors(),
            new PruningSettings.Crop(
                pruning.cropCompressor(), pruning.cropCompression(), pruning.cropLayer()),
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
    VisionLanguageModel model =
        open(directory, identity.device(), WeightNumbers.of(config, directory));
    try {
      Localization localization =
          Localizers.of(config.localizer(), directory, card, model, identity.device(), listener);
      FeatureCache features = new FeatureCache(model, config.image().featureCacheBytes(), listener);
      return new Answerer(model, localization, features, settings(config), identity);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Answering<Localized> locator(
      CropConfig config, Path directory, ModelCard card, String device, RequestListener listener) {
    if (Localizers.kind(config.localizer(), card).equals("none")) {
      throw new IllegalArgumentException(
          "crop.stages is localize, and the model has no localizer: set crop.localizer.kind");
    }
    VisionLanguageModel model = open(directory, device, WeightNumbers.of(config, directory));
    try {
      return new Locator(
          model,
          Localizers.of(config.localizer(), directory, card, model, device, listener),
          new FeatureCache(model, config.image().featureCacheBytes(), listener));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static VisionLanguageModel open(Path directory, String device, NumberType type) {
    NDManager root = Torch.open(Torch.device(device));
    return Checkpoints.open(directory, root, type);
  }
}
