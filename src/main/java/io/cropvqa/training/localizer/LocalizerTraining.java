package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.LocalizerConfig;
import io.cropvqa.model.localizer.LocalizerFolder;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.training.AdamW;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.Parameters;
import io.cropvqa.training.TrainingCheckpoint;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingLoop;
import io.cropvqa.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a localizer for a frozen model and writes it to a folder. */
public final class LocalizerTraining {
  /** Folder of the checkpoints inside {@code out}, gone once the training is done. */
  private static final String CHECKPOINTS = "localizer-checkpoint";

  /**
   * What the user chooses.
   *
   * @param out where {@code localizer/} is written to
   * @param limit when the training ends
   * @param batch questions of a step
   * @param learningRate the highest
   * @param seed decides first weights and the order of questions
   * @param maxFeatureBytes that the visual tokens of all pictures may take
   * @param tellEvery time between two lines of progress
   * @param checkpointEvery time between two checkpoints
   * @param resume whether to go on from the checkpoint in {@code out}
   * @param data what the examples are, in words: going on takes the same
   */
  public record Settings(
      Path out,
      TrainingLimit limit,
      int batch,
      LearningRate learningRate,
      long seed,
      long maxFeatureBytes,
      Duration tellEvery,
      Duration checkpointEvery,
      boolean resume,
      String data) {

    private Map<String, String> fingerprint(String modelRevision, LocalizerConfig config) {
      Map<String, String> fingerprint = new LinkedHashMap<>();
      fingerprint.put("--model", modelRevision);
      fingerprint.put("the data set", data);
      fingerprint.put("--steps or --minutes", limit.toString());
      fingerprint.put("--batch", Integer.toString(batch));
      fingerprint.put("--learning-rate", Double.toString(learningRate.peak()));
      fingerprint.put("--seed", Long.toString(seed));
      fingerprint.put("the network", config.toString());
      return fingerprint;
    }
  }

  /** Told of the progress. */
  public interface Listener {
    /** So many pictures have been encoded. */
    void encoded(int done, int all);

    /** So many steps have been made. */
    void trained(TrainingProgress progress);
  }

  private final FrozenModel frozen;
  private final Settings settings;
  private final Listener listener;

  public LocalizerTraining(FrozenModel frozen, Settings settings, Listener listener) {
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
    Map<String, String> fingerprint = settings.fingerprint(model.revision(), config);
    Optional<TrainingCheckpoint> resumed = resumed(fingerprint);
    try (NDManager memory = model.newScope()) {
      PictureFeatures features =
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
      new TrainingLoop(memory, loop(fingerprint), listener::trained)
          .run(parameters, objective, resumed);
      LocalizerFolder.write(settings.out(), config, parameters.all());
      TrainingCheckpoint.delete(settings.out().resolve(CHECKPOINTS));
      return objective.finalScore();
    }
  }

  private Parameters parameters(
      LocalizerConfig config, Optional<TrainingCheckpoint> resumed, NDManager memory) {
    Parameters.Values drawn = new LocalizerInitializer(settings.seed(), config.numHiddenLayers());
    return new Parameters(memory, resumed.map(from -> from.weights(memory)).orElse(drawn));
  }

  private Optional<TrainingCheckpoint> resumed(Map<String, String> fingerprint) {
    if (!settings.resume()) {
      return Optional.empty();
    }
    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.read(settings.out().resolve(CHECKPOINTS))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--resume: %s holds no checkpoint to go on from"
                            .formatted(settings.out())));
    checkpoint.requireSame(fingerprint);
    return Optional.of(checkpoint);
  }

  private TrainingLoop.Settings loop(Map<String, String> fingerprint) {
    return new TrainingLoop.Settings(
        settings.limit(),
        settings.learningRate(),
        AdamW.Settings.DEFAULTS,
        settings.out().resolve(CHECKPOINTS),
        settings.checkpointEvery(),
        settings.tellEvery(),
        fingerprint);
  }
}
