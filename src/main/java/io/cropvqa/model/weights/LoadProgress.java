package io.cropvqa.model.weights;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Says in the log how far a large checkpoint has been read, tenth by tenth. */
final class LoadProgress {
  private static final Logger LOG = System.getLogger(LoadProgress.class.getName());
  private static final long WORTH_A_LINE = 1L << 30;
  private static final int STEPS = 10;

  private final String checkpoint;
  private final long total;
  private long read;

  /**
   * @param total bytes of all its weights, as they are stored
   */
  LoadProgress(String checkpoint, long total) {
    this.checkpoint = checkpoint;
    this.total = total;
  }

  void add(long bytes) {
    long before = STEPS * read / total;
    read += bytes;
    long now = STEPS * read / total;
    if (now > before && total >= WORTH_A_LINE) {
      LOG.log(Level.INFO, line(now));
    }
  }

  private String line(long steps) {
    return "%s: %d %% of %.1f GB of weights are read"
        .formatted(checkpoint, 100 * steps / STEPS, total / 1e9);
  }
}
