package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.PausableChannel;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.jboss.logging.Logger;

/**
 * Ends the service without answering a question twice: takes no more, and lets those in flight
 * reach the broker before the connector commits and closes. Without it the connector works through
 * all it has prefetched, and what isn't committed by its deadline is answered again after the
 * restart.
 */
@ApplicationScoped
public class GracefulStop {
  private static final Logger LOG = Logger.getLogger(GracefulStop.class);

  private final ChannelRegistry channels;
  private final Admission admission;
  private final InFlight inFlight;
  private final CropConfig config;
  private volatile boolean stopping;

  @Inject
  GracefulStop(
      ChannelRegistry channels, Admission admission, InFlight inFlight, CropConfig config) {
    this.channels = channels;
    this.admission = admission;
    this.inFlight = inFlight;
    this.config = config;
  }

  /** Whether the service is on its way down: what can't be answered now is left for the next. */
  boolean isStopping() {
    return stopping;
  }

  /** Observes first, while engine and connectors still run. */
  void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
    stopping = true;
    admission.close();
    PausableChannel questions = channels.getPausable(QuestionConsumer.QUESTIONS);
    if (questions == null) {
      return;
    }
    questions.pause();
    int left = inFlight.drain(config.drainTimeout());
    if (left > 0) {
      LOG.warnf(
          "%d questions were not settled within crop.drain-timeout; they will be read again", left);
    }
  }
}
