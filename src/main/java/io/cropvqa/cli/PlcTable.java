package io.cropvqa.cli;

import io.cropvqa.training.plc.PlcTraining;
import java.util.Locale;
import java.util.Map;

/**
 * How well compressed pictures were answered from, as text.
 *
 * <pre>
 * held out  questions  loss plc-pool    plc  right plc-pool    plc
 *       28        480          0.612  0.543           0.571  0.602
 * </pre>
 */
final class PlcTable {
  private PlcTable() {}

  /**
   * @param byBudget scores of held-out questions
   */
  static String of(Map<Integer, PlcTraining.Comparison> byBudget) {
    StringBuilder table =
        new StringBuilder(
            "%8s  %9s  %13s  %5s  %14s  %5s%n"
                .formatted(
                    "held out", "questions", "loss plc-pool", "plc", "right plc-pool", "plc"));
    byBudget.forEach(
        (budget, scores) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "%8d  %9d  %13.3f  %5.3f  %14.3f  %5.3f%n",
                    budget,
                    scores.trained().questions(),
                    scores.pooled().loss(),
                    scores.trained().loss(),
                    scores.pooled().right(),
                    scores.trained().right())));
    return table.toString();
  }
}
