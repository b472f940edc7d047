package io.cropvqa.observability;

import io.cropvqa.engine.InferenceEngine;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while at least one worker takes questions. */
@Readiness
@Singleton
final class EngineReadiness implements HealthCheck {
  private final InferenceEngine engine;

  EngineReadiness(InferenceEngine engine) {
    this.engine = engine;
  }

  @Override
  public HealthCheckResponse call() {
    return WorkerReport.of("engine-ready", engine.isReady(), engine.workers());
  }
}
