package io.cropvqa.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the user chooses of any training.
 *
 * @param out where what is trained is written to
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
public record TrainingSettings(
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

  /** What must be the same to go on from a checkpoint, by the name that users know it by. */
  public Map<String, String> fingerprint(String modelRevision) {
    Map<String, String> fingerprint = new LinkedHashMap<>();
    fingerprint.put("--model", modelRevision);
    fingerprint.put("the data set", data);
    fingerprint.put("--steps or --minutes", limit.toString());
    fingerprint.put("--batch", Integer.toString(batch));
    fingerprint.put("--learning-rate", Double.toString(learningRate.peak()));
    fingerprint.put("--seed", Long.toString(seed));
    return fingerprint;
  }

  /**
   * The checkpoint to go on from, if the training shall.
   *
   * @param folder of the checkpoints, inside {@code out}
   * @throws IllegalArgumentException if there is none, or one of another training; the message says
   *     what to change
   */
  public Optional<TrainingCheckpoint> resumed(Path folder, Map<String, String> fingerprint) {
    if (!resume) {
      return Optional.empty();
    }
    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.read(folder)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--resume: %s holds no checkpoint to go on from".formatted(out)));
    checkpoint.requireSame(fingerprint);
    return Optional.of(checkpoint);
  }

  /** How the loop is to run, with checkpoints in a folder. */
  public TrainingLoop.Settings loop(Path folder, Map<String, String> fingerprint) {
    return new TrainingLoop.Settings(
        limit,
        learningRate,
        AdamW.Settings.DEFAULTS,
        folder,
        checkpointEvery,
        tellEvery,
        fingerprint);
  }
}
