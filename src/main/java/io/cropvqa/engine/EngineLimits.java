package io.cropvqa.engine;

/**
 * How much an engine takes on at once.
 *
 * @param queueCapacity questions that may wait
 * @param batchSize most questions that are in a worker's decoder together
 * @param batchTokens most tokens of prompts that enter a worker's decoder with one step; a longer
 *     prompt enters alone
 * @param prepareThreads threads of a worker that encode, localize and compress what enters next
 */
public record EngineLimits(int queueCapacity, int batchSize, int batchTokens, int prepareThreads) {

  public EngineLimits {
    requirePositive("crop.queue-capacity", queueCapacity);
    requirePositive("crop.batch.size", batchSize);
    requirePositive("crop.batch.tokens", batchTokens);
    requirePositive("crop.prepare-threads", prepareThreads);
  }

  private static void requirePositive(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(setting + " must be at least 1, got " + value);
    }
  }
}
