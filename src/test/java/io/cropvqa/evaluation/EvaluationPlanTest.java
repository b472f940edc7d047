package io.cropvqa.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EvaluationPlanTest {

  @Test
  void aWayNamedTwiceIsMeasuredOnce() {
    EvaluationPlan plan =
        new EvaluationPlan(
            List.of("crop", "none", "crop", "oracle"),
            List.of(28, 28),
            List.of(Control.ORACLE, Control.WHOLE_IMAGE),
            false,
            OptionalInt.empty(),
            1,
            1,
            0);

    assertThat(plan.cells(true))
        .extracting(Cell::label)
        .containsExactly(
            "none",
            "no-image",
            "most-frequent",
            "crop@28",
            "crop/oracle@28",
            "crop/whole-image@28");
    assertThat(plan.leftOut(true)).isEmpty();
    assertThat(plan.cells(false)).extracting(Cell::label).doesNotContain("crop/oracle@28");
    assertThat(plan.leftOut(false)).containsExactly("crop/oracle");
  }

  @Test
  void aPlanThatCanNotBeRunIsRefused() {
    assertThatThrownBy(() -> new EvaluationPlan(List.of("magic"), List.of(1), 0))
        .hasMessageContaining("\"magic\"");
    assertThatThrownBy(() -> new EvaluationPlan(List.of("crop"), List.of(0), 0))
        .hasMessageContaining("at least 1 token");
    assertThatThrownBy(() -> numbers(0, 1, 1)).hasMessage("limit must be at least 1, got 0");
    assertThatThrownBy(() -> numbers(1, 0, 1)).hasMessage("timed must be at least 1, got 0");
    assertThatThrownBy(() -> numbers(1, 1, 0)).hasMessage("concurrency must be at least 1, got 0");
  }

  private static EvaluationPlan numbers(int limit, int timed, int concurrency) {
    return new EvaluationPlan(
        List.of("crop"),
        List.of(1),
        List.of(),
        false,
        OptionalInt.of(limit),
        timed,
        concurrency,
        0);
  }
}
