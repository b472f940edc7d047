package io.cropvqa.observability;

import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What the engine holds right now, read when somebody scrapes. */
@Singleton
final class EngineGauges {
  private final MeterRegistry registry;
  private final InferenceMetrics metrics;

  EngineGauges(MeterRegistry registry, InferenceMetrics metrics) {
    this.registry = registry;
    this.metrics = metrics;
  }

  /**
   * Whoever builds the engine fires it as an event. Asking for it here instead would load a model
   * for commands that answer nothing.
   */
  void bind(@Observes InferenceEngine engine) {
    metrics.identify(engine.model());
    Tags tags = metrics.serviceTags();

    bindRequests(tags);
    bindKvCache(engine, tags);
    engine.workers().stream()
        .map(WorkerStatus::device)
        .distinct()
        .forEach(device -> bindDevice(engine, device, tags.and(MeterNames.DEVICE, device)));
  }

  private void bindRequests(Tags tags) {
    gauge(MeterNames.REQUESTS_RUNNING, "Questions that a worker has begun", metrics::running, tags);
    gauge(MeterNames.REQUESTS_WAITING, "Questions waiting for a worker", metrics::waiting, tags);
    TimeGauge.builder(MeterNames.MODEL_LOAD, metrics::slowestLoadNanos, TimeUnit.NANOSECONDS)
        .description("What the slowest worker took to have its model ready")
        .tags(tags)
        .register(registry);
  }

  private void bindKvCache(InferenceEngine engine, Tags tags) {
    gauge(
        MeterNames.KV_CACHE_USAGE,
        "Bytes of keys and values held by those allowed",
        () -> kvCacheUsage(engine.workers()),
        tags);
  }

  private void bindDevice(InferenceEngine engine, String device, Tags tags) {
    Gauge.builder(
            MeterNames.DEVICE_MEMORY_USED,
            () -> sum(onDevice(engine, device), WorkerStatus::memoryUsedBytes))
        .description("Bytes of weights and caches on the device")
        .baseUnit("bytes")
        .tags(tags)
        .register(registry);
    FunctionCounter.builder(
            MeterNames.WORKER_BUSY,
            engine,
            workers -> sum(onDevice(workers, device), WorkerStatus::busyNanos) / 1e9)
        .description("Seconds in which the device's workers had questions")
        .tags(tags)
        .register(registry);
    for (WorkerState state : WorkerState.values()) {
      gauge(
          MeterNames.WORKER_STATE,
          "Workers of the device that are in the state",
          () -> onDevice(engine, device).stream().filter(w -> w.state() == state).count(),
          tags.and(MeterNames.STATE, state.wireName()));
    }
  }

  private void gauge(String name, String description, Supplier<Number> value, Tags tags) {
    Gauge.builder(name, value).description(description).tags(tags).register(registry);
  }

  private static List<WorkerStatus> onDevice(InferenceEngine engine, String device) {
    return engine.workers().stream().filter(worker -> worker.device().equals(device)).toList();
  }

  private static double kvCacheUsage(List<WorkerStatus> workers) {
    long capacity = sum(workers, WorkerStatus::kvCacheCapacityBytes);
    return capacity == 0 ? 0 : (double) sum(workers, WorkerStatus::kvCacheBytes) / capacity;
  }

  private static long sum(List<WorkerStatus> workers, ToLongFunction<WorkerStatus> bytes) {
    return workers.stream().mapToLong(bytes).sum();
  }
}
