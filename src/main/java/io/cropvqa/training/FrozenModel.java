package io.cropvqa.training;

import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.tensor.Torch;
import java.nio.file.Path;

/**
 * A checkpoint whose own weights stay as they are while something beside them is trained.
 *
 * @param model closed with this
 * @param directory where its files are
 */
public record FrozenModel(VisionLanguageModel model, Path directory) implements AutoCloseable {

  /**
   * @param device such as {@code cpu}
   * @throws IllegalArgumentException if it can't be opened; the message names the file, key or
   *     weight at fault
   */
  public static FrozenModel open(Path directory, String device) {
    return new FrozenModel(
        Checkpoints.open(directory, Torch.open(Torch.device(device))), directory);
  }

  @Override
  public void close() {
    model.close();
  }
}
