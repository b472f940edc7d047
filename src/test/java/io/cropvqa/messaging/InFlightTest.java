package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final InFlight inFlight = new InFlight();

  @Test
  void nothingInFlightNeedsNoWaiting() throws Exception {
    assertThat(inFlight.drain(Duration.ZERO)).isZero();
  }

  @Test
  void drainingEndsWithTheLastQuestion() throws Exception {
    inFlight.enter();
    inFlight.enter();
    inFlight.leave();
    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(inFlight::leave);

    long began = System.nanoTime();
    assertThat(inFlight.drain(Duration.ofSeconds(30))).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void drainingGivesUpAndTellsHowManyAreLeft() throws Exception {
    inFlight.enter();
    inFlight.enter();

    assertThat(inFlight.drain(Duration.ofMillis(20))).isEqualTo(2);
  }
}
