package io.cropvqa.observability;

import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Live until every worker has failed. A device fault such as a sticky CUDA error outlives
 * everything but its process, so a restart is the remedy; one worker that is left goes on, and how
 * busy it is says nothing about its health.
 */
@Liveness
@Singleton
final class EngineLiveness implements HealthCheck {
  private final InferenceEngine engine;

  EngineLiveness(InferenceEngine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    List<WorkerStatus> workers = engine.workers();
    boolean lost =
        !workers.isEmpty()
            && workers.stream().allMatch(worker -> worker.state() == WorkerState.FAILED);
    return WorkerReport.of("engine-live", !lost, workers);
  }
}
