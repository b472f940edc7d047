package io.cropvqa.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What to measure.
 *
 * @param methods pruning methods, in the order of the table
 * @param budgets visual tokens, in the order of the table
 * @param trueRegions whether questions carry the data set's regions, which measures pruning with a
 *     perfect localizer; else the engine's own localizer is asked
 * @param limit most questions; the first ones are taken
 * @param seed of the bootstrap
 */
public record EvaluationPlan(
    List<String> methods,
    List<Integer> budgets,
    boolean trueRegions,
    OptionalInt limit,
    long seed) {

  /**
   * @throws IllegalArgumentException for an unknown method, or a budget or limit under 1
   */
  public EvaluationPlan {
    methods = List.copyOf(methods);
    budgets = List.copyOf(budgets);
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit.getAsInt());
    }
    for (String method : methods) {
      for (int budget : budgets) {
        Cell.of(method, budget);
      }
    }
  }

  /** All rows: the two references, then every method at every budget. */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>(List.of(Cell.FULL, Cell.BLIND));
    for (String method : methods) {
      for (int budget : budgets) {
        Cell cell = Cell.of(method, budget);
        if (!method.equals(Cell.FULL.method())) {
          cells.add(cell);
        }
      }
    }
    return cells.stream().distinct().toList();
  }
}
