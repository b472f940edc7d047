package io.cropvqa.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.engine.EngineSettings;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.WorkerStatus;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What runs here, and how it is doing.
 *
 * @param version the service's own
 * @param ready whether at least one worker takes questions
 * @param model what answers
 * @param pruning how a question is pruned that asks for nothing else
 * @param workers one entry a worker
 */
public record ServiceInfo(
    String version, boolean ready, ModelIdentity model, Pruning pruning, List<Worker> workers) {

  static ServiceInfo of(String version, InferenceEngine engine, CropConfig.Pruning pruning) {
    return new ServiceInfo(
        version,
        engine.isReady(),
        engine.model(),
        new Pruning(
            pruning.method(),
            pruning.visualTokens(),
            pruning.retentionRatio(),
            EngineSettings.pruningMethods()),
        engine.workers().stream().map(Worker::of).toList());
  }

  /**
   * The settings {@code crop.pruning.*}.
   *
   * @param visualTokens the budget, where it is set; else it comes from the ratio
   * @param methods names that a question may ask for
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Pruning(
      String method, OptionalInt visualTokens, double retentionRatio, Set<String> methods) {}

  /** A worker; {@code state} is its wire name. */
  public record Worker(
      String device,
      String state,
      long memoryUsedBytes,
      long kvCacheBytes,
      long kvCacheCapacityBytes) {

    private static Worker of(WorkerStatus worker) {
      return new Worker(
          worker.device(),
          worker.state().wireName(),
          worker.memoryUsedBytes(),
          worker.kvCacheBytes(),
          worker.kvCacheCapacityBytes());
    }
  }
}
