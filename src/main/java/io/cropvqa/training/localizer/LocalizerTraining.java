package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.LocalizerConfig;
import io.cropvqa.model.localizer.LocalizerFolder;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.training.EncodedPictures;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.Parameters;
import io.cropvqa.training.Pictures;
import io.cropvqa.training.TrainingCheckpoint;
import io.cropvqa.training.TrainingListener;
import io.cropvqa.training.TrainingLoop;
import io.cropvqa.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a localizer for a frozen model and writes it to a folder. */
public final class LocalizerTraining {
  /** Folder of the checkpoints inside {@code out}, gone once the training is done. */
  private static final String CHECKPOINTS = "localizer-checkpoint";

  private final FrozenModel frozen;
  private final TrainingSettings settings;
  private final TrainingListener listener;

  public LocalizerTraining(
      FrozenModel frozen, TrainingSettings settings, TrainingListener listener) {
    this.frozen = frozen;
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Trains to the end and writes the localizer.
   *
   * @param examples about at least two pictures
   * @return how well it finds the regions of held-out questions, by type
   * @throws IllegalArgumentException if the examples don't do, or there is nothing to go on from;
   *     the message says what to change
   */
  public Map<String, LocalizerScore> run(List<RegionExample> examples, Pictures pictures)
      throws IOException {
    VisionLanguageModel model = frozen.model();
    LocalizerConfig config = LocalizerConfig.of(model.languageModel().config().hiddenSize());
    Map<String, String> fingerprint = settings.fingerprint(model.revision());
    fingerprint.put("the network", config.toString());
    Path checkpoints = settings.out().resolve(CHECKPOINTS);
    Optional<TrainingCheckpoint> resumed = settings.resumed(checkpoints, fingerprint);
    try (NDManager memory = model.newScope()) {
      EncodedPictures<EncodedPicture> features =
          PictureFeatures.encode(
              model,
              examples,
              pictures,
              config.maxQuestionTokens(),
              settings.maxFeatureBytes(),
              memory,
              listener::encoded);
      LocalizerBatches batches =
          new LocalizerBatches(features.training(), settings.batch(), settings.seed());
      Parameters parameters = parameters(config, resumed, memory);
      LocalizerNetwork network = new LocalizerNetwork(config, parameters::create);
      LocalizerObjective objective =
          new LocalizerObjective(model, network, batches, features.heldOut());
      new TrainingLoop(memory, settings.loop(checkpoints, fingerprint), listener::trained)
          .run(parameters, objective, resumed);
      LocalizerFolder.write(settings.out(), config, parameters.all());
      TrainingCheckpoint.delete(checkpoints);
      return objective.finalScore();
    }
  }

  private Parameters parameters(
      LocalizerConfig config, Optional<TrainingCheckpoint> resumed, NDManager memory) {
    Parameters.Values drawn = new LocalizerInitializer(settings.seed(), config.numHiddenLayers());
    return new Parameters(memory, resumed.map(from -> from.weights(memory)).orElse(drawn));
  }
}
