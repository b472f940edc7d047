package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.pruning.PruningMethods;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured of an engine.
 *
 * @param methods pruning methods
 * @param budgets each method is measured at
 * @param questions asked with each of them in each round
 * @param concurrency questions asked at once where throughput is measured
 * @param newTokens most tokens of an answer
 * @param ignoreEos whether every answer has as many
 * @param rounds that count
 * @param seed of the pictures
 */
public record EnginePlan(
    List<String> methods,
    List<Budget> budgets,
    int questions,
    int concurrency,
    int newTokens,
    boolean ignoreEos,
    int rounds,
    long seed) {

  public EnginePlan {
    methods = List.copyOf(methods);
    budgets = List.copyOf(budgets);
  }

  /** The rows; the first prunes nothing. */
  List<PruningPlan> rows(int visualTokens) {
    List<PruningPlan> rows = new ArrayList<>();
    rows.add(new PruningPlan(PruningMethods.NONE, visualTokens));
    for (String method : methods) {
      budgets.forEach(budget -> rows.add(new PruningPlan(method, budget.of(visualTokens))));
    }
    return rows;
  }
}
