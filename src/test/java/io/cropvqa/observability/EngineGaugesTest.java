package io.cropvqa.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.engine.WorkerState;
import io.cropvqa.engine.WorkerStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineGaugesTest {
  private final Scrape scrape = new Scrape();
  private final InferenceMetrics metrics = new InferenceMetrics(scrape.registry());
  private final FakeEngine engine =
      new FakeEngine(
          new WorkerStatus("gpu:0", WorkerState.READY, 0, 100, 10, 40),
          new WorkerStatus("gpu:0", WorkerState.BUSY, 0, 200, 20, 40),
          new WorkerStatus("gpu:1", WorkerState.LOADING, 0, 0, 0, 40));

  @BeforeEach
  void bind() {
    new EngineGauges(scrape.registry(), metrics).bind(engine);
  }

  @Test
  void runningAndWaitingFollowTheQueue() {
    metrics.queued();
    metrics.queued();
    metrics.queued();
    metrics.started();
    metrics.started();
    metrics.finished();

    assertThat(scrape.value("crop_requests_waiting")).isEqualTo(1);
    assertThat(scrape.value("crop_requests_running")).isEqualTo(1);
  }

  @Test
  void workersAreCountedByDeviceAndState() {
    assertThat(workers("gpu:0", "ready")).isEqualTo(1);
    assertThat(workers("gpu:0", "busy")).isEqualTo(1);
    assertThat(workers("gpu:0", "failed")).isZero();
    assertThat(workers("gpu:1", "loading")).isEqualTo(1);
    assertThat(scrape.value("crop_worker_state")).isEqualTo(3);
  }

  @Test
  void gaugesAreReadAtTheScrape() {
    engine.become(
        new WorkerStatus("gpu:0", WorkerState.FAILED, 0, 7, 0, 40),
        new WorkerStatus("gpu:1", WorkerState.READY, 0, 0, 0, 40));

    assertThat(workers("gpu:0", "failed")).isEqualTo(1);
    assertThat(workers("gpu:1", "ready")).isEqualTo(1);
    assertThat(memory("gpu:0")).isEqualTo(7);
  }

  @Test
  void memoryIsSummedOverTheWorkersOfADevice() {
    assertThat(memory("gpu:0")).isEqualTo(300);
    assertThat(memory("gpu:1")).isZero();
  }

  @Test
  void kvCacheUsageIsHeldByAllowed() {
    assertThat(scrape.value("crop_kv_cache_usage_ratio")).isEqualTo(0.25);

    engine.become();
    assertThat(scrape.value("crop_kv_cache_usage_ratio")).isZero();
  }

  @Test
  void modelLoadIsThatOfTheSlowestWorker() {
    metrics.modelLoaded(Duration.ofMillis(2500));
    metrics.modelLoaded(Duration.ofMillis(1500));

    assertThat(scrape.value("crop_model_load_seconds", Map.of("model", "tiny-vlm"))).isEqualTo(2.5);
  }

  private double workers(String device, String state) {
    return scrape.value("crop_worker_state", Map.of("device", device, "state", state));
  }

  private double memory(String device) {
    return scrape.value("crop_device_memory_used_bytes", Map.of("device", device));
  }
}
