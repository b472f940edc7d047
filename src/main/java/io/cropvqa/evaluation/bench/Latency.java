package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.Stage;
import io.cropvqa.pruning.PruningMethods;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How long a row's questions took, asked one at a time. Collects while rounds go by. */
final class Latency {
  private static final List<Stage> STAGES =
      List.of(Stage.ENCODE, Stage.LOCALIZE, Stage.COMPRESS, Stage.PREFILL, Stage.GENERATE);

  private final PruningPlan plan;
  private final Map<Stage, List<Double>> stageMs = new EnumMap<>(Stage.class);
  private final List<Double> roundMs = new ArrayList<>();
  private final List<Double> thisRound = new ArrayList<>();
  private final List<Double> visualTokens = new ArrayList<>();

  Latency(PruningPlan plan) {
    this.plan = plan;
    STAGES.forEach(stage -> stageMs.put(stage, new ArrayList<>()));
  }

  PruningPlan plan() {
    return plan;
  }

  void add(Answer answer, long nanos) {
    thisRound.add(nanos / 1e6);
    visualTokens.add(answer.pruning().averageVisualTokens());
    stageMs.forEach((stage, times) -> times.add(answer.timings().of(stage).toNanos() / 1e6));
  }

  /** A round's figure is the median of its questions. */
  void endRound() {
    roundMs.add(Spread.of(thisRound).median());
    thisRound.clear();
  }

  LatencyRow row(Latency full) {
    Spread total = Spread.of(roundMs);
    return new LatencyRow(
        plan.method(),
        plan.method().equals(PruningMethods.NONE) ? null : plan.budget(),
        Spread.of(visualTokens).median(),
        total,
        Spread.of(full.roundMs).median() / total.median(),
        stage(Stage.ENCODE),
        stage(Stage.LOCALIZE),
        stage(Stage.COMPRESS),
        stage(Stage.PREFILL),
        stage(Stage.GENERATE));
  }

  private double stage(Stage stage) {
    return Spread.of(stageMs.get(stage)).median();
  }
}
