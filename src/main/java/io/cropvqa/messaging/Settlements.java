package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/** What follows once it is known how a question ended: it is in flight no more, and counted. */
@ApplicationScoped
public class Settlements {
  private static final Logger LOG = Logger.getLogger(Settlements.class);

  private final InFlight inFlight;
  private final DeliveryCheck check;
  private final RequestListener listener;

  @Inject
  Settlements(
      InFlight inFlight, @Liveness DeliveryCheck check, Instance<RequestListener> listeners) {
    this(inFlight, check, listeners.isResolvable() ? listeners.get() : RequestListener.NONE);
  }

  Settlements(InFlight inFlight, DeliveryCheck check, RequestListener listener) {
    this.inFlight = inFlight;
    this.check = check;
    this.listener = listener;
  }

  /** A question was taken. */
  void taken() {
    inFlight.enter();
  }

  /**
   * The broker has the answer.
   *
   * @param asked when the question's record was written
   */
  void answered(Instant asked) {
    inFlight.leave();
    listener.settled(Duration.between(asked, Instant.now()));
  }

  /** The broker has the dead letter. */
  void deadLettered(Instant asked, QuestionFailure failure) {
    answered(asked);
    listener.deadLettered(failure);
  }

  /** The broker takes neither answer nor dead letter of a question that was left. */
  void undelivered(String position, Throwable failure) {
    LOG.errorf(
        failure,
        "neither answer nor dead letter of question %s could be published; it is left uncommitted",
        position);
    check.undelivered(position);
  }

  /** The question stays uncommitted here: whoever reads it next answers it. */
  void left() {
    inFlight.leave();
  }
}
