package io.cropvqa.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Red once an answer or a dead letter was given up by the producer, or once nothing can be
 * delivered any more. Such questions stay uncommitted; a restart reads them again, and nothing else
 * would.
 */
@Liveness
@ApplicationScoped
public class DeliveryCheck implements HealthCheck {
  private static final String NAME = "crop-delivery";

  private volatile HealthCheckResponse response = HealthCheckResponse.up(NAME);

  /**
   * @param position where the question lies
   */
  void undelivered(String position) {
    response = HealthCheckResponse.named(NAME).down().withData("question", position).build();
  }

  /**
   * @param reason what to change
   */
  void stopped(String reason) {
    response = HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
  }

  @Override
  public HealthCheckResponse call() {
    return response;
  }
}
