package io.cropvqa.observability;

import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Started once no worker loads any more. A worker that could not load counts too: that is for
 * readiness and liveness to report, not a start that goes on for ever.
 */
@Startup
@Singleton
final class EngineStartup implements HealthCheck {
  private final InferenceEngine engine;

  EngineStartup(InferenceEngine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    List<WorkerStatus> workers = engine.workers();
    boolean loaded = workers.stream().noneMatch(worker -> worker.state() == WorkerState.LOADING);
    return WorkerReport.of("engine-started", loaded, workers);
  }
}
