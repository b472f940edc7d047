package io.cropvqa.observability;

import static io.cropvqa.engine.WorkerState.BUSY;
import static io.cropvqa.engine.WorkerState.FAILED;
import static io.cropvqa.engine.WorkerState.LOADING;
import static io.cropvqa.engine.WorkerState.READY;
import static io.cropvqa.engine.WorkerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.engine.WorkerState;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EngineHealthTest {

  static Stream<Arguments> engines() {
    return Stream.of(
        //           workers                   started ready  live
        Arguments.of(List.of(LOADING), false, false, true),
        Arguments.of(List.of(READY, LOADING), false, true, true),
        Arguments.of(List.of(READY), true, true, true),
        Arguments.of(List.of(BUSY, BUSY), true, true, true),
        Arguments.of(List.of(FAILED, READY), true, true, true),
        Arguments.of(List.of(FAILED, FAILED), true, false, false),
        Arguments.of(List.of(STOPPED), true, false, true),
        Arguments.of(List.of(), true, false, true));
  }

  @ParameterizedTest(name = "{0}: started {1}, ready {2}, live {3}")
  @MethodSource("engines")
  void healthFollowsTheWorkers(
      List<WorkerState> states, boolean started, boolean ready, boolean live) {
    FakeEngine engine = FakeEngine.inStates(states.toArray(WorkerState[]::new));

    assertThat(isUp(new EngineStartup(engine).call())).isEqualTo(started);
    assertThat(isUp(new EngineReadiness(engine).call())).isEqualTo(ready);
    assertThat(isUp(new EngineLiveness(engine).call())).isEqualTo(live);
  }

  @Test
  void aReportListsEachWorker() {
    Map<String, Object> data =
        new EngineReadiness(FakeEngine.inStates(READY, FAILED)).call().getData().orElseThrow();

    assertThat(data)
        .containsOnly(Map.entry("worker-0", "cpu ready"), Map.entry("worker-1", "cpu failed"));
  }

  private static boolean isUp(HealthCheckResponse response) {
    return response.getStatus() == Status.UP;
  }
}
