package io.cropvqa.observability;

import io.cropvqa.engine.WorkerStatus;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** A health response that lists each worker with its device and state. */
final class WorkerReport {

  private WorkerReport() {}

  static HealthCheckResponse of(String check, boolean up, List<WorkerStatus> workers) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(check).status(up);
    for (int i = 0; i < workers.size(); i++) {
      WorkerStatus worker = workers.get(i);
      response.withData("worker-" + i, worker.device() + " " + worker.state().wireName());
    }
    return response.build();
  }
}
