package io.cropvqa.config;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.localization.AttentionLocalizer;
import io.cropvqa.localization.GenerativeLocalizer;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.RegionAnswer;
import io.cropvqa.localization.RegionLocalizer;
import io.cropvqa.localization.RelativeAttentionLocalizer;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.nio.file.Path;
import java.util.Optional;

/** Who finds regions, as {@code crop.localizer} says. */
final class Localizers {
  private Localizers() {}

  /**
   * Looks at all that can be seen to be wrong before models are loaded.
   *
   * @throws IllegalArgumentException naming the setting, and what it may be
   */
  static void requireUsable(CropConfig.Localizer config) {
    similarity(config);
    relativeAttention(config);
    settings(config);
    config.attentionCoverage().ifPresent(AttentionLocalizer::requireCoverage);
    config.model().ifPresent(ModelRevision::of);
  }

  /** For a model that answers. */
  static Localization of(
      CropConfig.Localizer config,
      Path directory,
      ModelCard card,
      VisionLanguageModel model,
      String device,
      RequestListener listener) {
    return new Localization(
        localizer(config, card, directory, model, device), settings(config), listener);
  }

  private static Localization.Settings settings(CropConfig.Localizer config) {
    return new Localization.Settings(config.minConfidence(), config.cacheBytes());
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
  static String kind(CropConfig.Localizer config, ModelCard card) {
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
    VisionLanguageModel model =
        Checkpoints.open(directory, Torch.open(Torch.device(device)), NumberType.FLOAT32);
    try {
      return new GenerativeLocalizer(model, RegionAnswer.read(directory, model.tokenizer()));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }
}
