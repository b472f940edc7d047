package io.cropvqa.engine;

import io.cropvqa.domain.RequestListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the gauges that a metrics listener keeps, and the lowest they ever were. */
final class CountingListener implements RequestListener {
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger lowest = new AtomicInteger();

  @Override
  public void queued() {
    queued.incrementAndGet();
  }

  @Override
  public void started() {
    started.incrementAndGet();
    lowest.accumulateAndGet(waiting(), Math::min);
  }

  @Override
  public void finished() {
    finished.incrementAndGet();
    lowest.accumulateAndGet(running(), Math::min);
  }

  @Override
  public void modelLoaded(Duration took) {
    loads.incrementAndGet();
  }

  int queuedEver() {
    return queued.get();
  }

  int waiting() {
    return queued.get() - started.get();
  }

  int running() {
    return started.get() - finished.get();
  }

  int lowest() {
    return lowest.get();
  }

  int loads() {
    return loads.get();
  }
}
