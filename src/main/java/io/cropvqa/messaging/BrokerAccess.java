package io.cropvqa.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Red while the broker refuses who the service says it is, or what it wants to read. The consumer
 * would log that and try again for ever, and be called ready as long as it has a connection.
 */
@Readiness
@ApplicationScoped
public class BrokerAccess implements HealthCheck {
  private volatile String refusal = "";

  void granted() {
    refusal = "";
  }

  void refused(String why) {
    refusal = why;
  }

  @Override
  public HealthCheckResponse call() {
    String why = refusal;
    return why.isEmpty()
        ? HealthCheckResponse.up("crop-broker-access")
        : HealthCheckResponse.named("crop-broker-access").down().withData("broker", why).build();
  }
}
