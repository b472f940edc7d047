package io.cropvqa.evaluation;

import io.cropvqa.domain.ModelIdentity;
import java.util.List;
import java.util.Map;

/**
 * What came of an evaluation.
 *
 * @param dataset the data set's name
 * @param model which model answered
 * @param plan what was asked for
 * @param trials for each row all its answers, in the order of the questions
 */
record Evaluation(
    String dataset, ModelIdentity model, EvaluationPlan plan, Map<Cell, List<Trial>> trials) {

  EvaluationReport report() {
    return EvaluationReport.of(this);
  }
}
