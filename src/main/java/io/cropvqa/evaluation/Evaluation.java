package io.cropvqa.evaluation;

import io.cropvqa.domain.ModelIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of an evaluation.
 *
 * @param dataset the data set's name
 * @param model which model answered
 * @param plan what was asked for
 * @param leftOut ways that could not be measured
 * @param trials for each row all its answers, in the order of the questions
 */
record Evaluation(
    String dataset,
    ModelIdentity model,
    EvaluationPlan plan,
    List<String> leftOut,
    Map<Cell, List<Trial>> trials) {

  List<Trial> of(Cell cell) {
    return trials.get(cell);
  }

  /** What a row's answers cost to the questions that were asked one at a time. */
  List<Run> timed(Cell cell) {
    return of(cell).stream().limit(plan.timed()).flatMap(trial -> trial.run().stream()).toList();
  }

  /** The row of {@code crop} at another row's budget. */
  Optional<Cell> cropBeside(Cell cell) {
    return trials.keySet().stream()
        .filter(other -> other.way().isCrop() && !other.equals(cell))
        .filter(other -> other.budget().equals(cell.budget()))
        .findFirst();
  }

  /** A row whose regions are those of the localizer; all such rows look at the same ones. */
  Optional<Cell> located() {
    return trials.keySet().stream()
        .filter(cell -> !cell.isReference() && cell.way().localizes())
        .findFirst();
  }

  EvaluationReport report() {
    return EvaluationReport.of(this);
  }
}
