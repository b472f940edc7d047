package io.cropvqa.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What to measure.
 *
 * @param methods pruning methods in the order of the table, such as {@code crop} or {@code
 *     crop/oracle}
 * @param budgets visual tokens, in the order of the table
 * @param controls regions that {@code crop} is given beside its own
 * @param trueRegions whether methods get the data set's regions, which measures pruning with a
 *     perfect localizer; else the engine's own localizer is asked
 * @param limit most questions; the first ones are taken
 * @param timed how many questions, the first ones, are asked one at a time to measure times
 * @param concurrency how many of the others are asked at once
 * @param seed of the bootstrap and of wrong regions
 */
public record EvaluationPlan(
    List<String> methods,
    List<Integer> budgets,
    List<Control> controls,
    boolean trueRegions,
    OptionalInt limit,
    int timed,
    int concurrency,
    long seed) {
  /** Enough questions for a median. */
  public static final int TIMED = 100;

  /** Enough questions for a batch. */
  public static final int CONCURRENCY = 8;

  /**
   * @throws IllegalArgumentException for an unknown method or control, or a number under 1
   */
  public EvaluationPlan {
    methods = List.copyOf(methods);
    budgets = List.copyOf(budgets);
    controls = List.copyOf(controls);
    requirePositive("limit", limit.orElse(1));
    requirePositive("timed", timed);
    requirePositive("concurrency", concurrency);
    methods.forEach(EvaluationPlan::check);
    budgets.forEach(budget -> Cell.of(Way.of(Control.ORACLE), budget));
  }

  /** A plan without controls that asks all questions, one at a time. */
  public EvaluationPlan(List<String> methods, List<Integer> budgets, long seed) {
    this(methods, budgets, List.of(), false, OptionalInt.empty(), TIMED, 1, seed);
  }

  /**
   * @throws IllegalArgumentException for a method or control that there isn't; the message lists
   *     those that there are
   */
  public static void check(String method) {
    Way.named(method);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
    }
  }

  /**
   * All rows: the references, then every way at every budget.
   *
   * @param regionsKnown whether the data set tells every question's region
   */
  List<Cell> cells(boolean regionsKnown) {
    List<Cell> cells = new ArrayList<>(List.of(Cell.FULL, Cell.BLIND, Cell.MOST_FREQUENT));
    for (Way way : ways()) {
      if (!way.equals(Cell.FULL.way()) && (regionsKnown || !way.needsRegions())) {
        budgets.forEach(budget -> cells.add(Cell.of(way, budget)));
      }
    }
    return cells.stream().distinct().toList();
  }

  /** Names of the ways that can't be measured without the true regions. */
  List<String> leftOut(boolean regionsKnown) {
    return ways().stream()
        .filter(way -> !regionsKnown && way.needsRegions())
        .map(Way::name)
        .toList();
  }

  private List<Way> ways() {
    List<Way> ways = new ArrayList<>(methods.stream().map(Way::named).toList());
    controls.forEach(control -> ways.add(Way.of(control)));
    return ways.stream().distinct().toList();
  }
}
