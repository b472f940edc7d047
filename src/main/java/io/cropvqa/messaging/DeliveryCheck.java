package io.cropvqa.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Red once an answer or a dead letter was given up by the producer. Its question stays uncommitted;
 * a restart reads it again, and nothing else would.
 */
@Liveness
@ApplicationScoped
public class DeliveryCheck implements HealthCheck {
  private volatile String undelivered = "";

  void undelivered(QuestionRecord question) {
    undelivered = question.position().toString();
  }

  @Override
  public HealthCheckResponse call() {
    String position = undelivered;
    return position.isEmpty()
        ? HealthCheckResponse.up("crop-delivery")
        : HealthCheckResponse.named("crop-delivery").down().withData("question", position).build();
  }
}
