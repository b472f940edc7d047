package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.pruning.PruningMethods;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured of a decoder.
 *
 * @param methods pruning methods
 * @param budgets each method is measured at
 * @param textTokens around the picture
 * @param promptTokens lengths of plain prompts; where there are any, no picture is measured
 * @param newTokens tokens to decode after each prefill
 * @param rounds that count
 * @param warmUpSeconds that each row runs before them, one run at least: the compiler takes seconds
 */
public record DecoderPlan(
    List<String> methods,
    List<Budget> budgets,
    int textTokens,
    List<Integer> promptTokens,
    int newTokens,
    int rounds,
    int warmUpSeconds) {

  public DecoderPlan {
    methods = List.copyOf(methods);
    budgets = List.copyOf(budgets);
    promptTokens = List.copyOf(promptTokens);
  }

  /** The rows; of those about a picture, the first prunes nothing. */
  List<Prompting> rows(int visualTokens) {
    if (!promptTokens.isEmpty()) {
      return promptTokens.stream().map(Prompting::text).toList();
    }
    List<Prompting> rows = new ArrayList<>();
    rows.add(Prompting.picture(new PruningPlan(PruningMethods.NONE, visualTokens), textTokens));
    for (String method : methods) {
      for (Budget budget : budgets) {
        rows.add(Prompting.picture(new PruningPlan(method, budget.of(visualTokens)), textTokens));
      }
    }
    return rows;
  }
}
