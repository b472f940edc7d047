package io.cropvqa.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cropvqa.domain.ModelIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything about an evaluation that can be told; its fields are those of {@code report.json}.
 *
 * @param dataset the data set's name
 * @param questions how many were asked
 * @param pictures how many they are about
 * @param model which model answered, where
 * @param machine where it ran
 * @param settings what was asked for
 * @param rows the table
 * @param leftOut controls that could not be measured, since the data set doesn't tell where its
 *     answers are
 * @param localization how well regions were found, by type of question; empty where no true region
 *     is known
 * @param answers every question with all that was said to it
 */
public record EvaluationReport(
    String dataset,
    int questions,
    long pictures,
    ModelIdentity model,
    Machine machine,
    Settings settings,
    List<Row> rows,
    List<String> leftOut,
    Map<String, LocalizationScore> localization,
    List<Answers> answers) {

  /**
   * What was asked for.
   *
   * @param regions {@code true-regions} of the data set, or the model's {@code localizer}
   * @param timed how many questions were asked one at a time, to measure times
   * @param concurrency how many of the others were asked at once
   */
  public record Settings(
      List<String> methods,
      List<Integer> budgets,
      List<String> controls,
      String regions,
      int timed,
      int concurrency,
      long seed) {}

  /**
   * One question.
   *
   * @param expected the known answers
   * @param given the answer of each row, such as {@code crop/oracle@64}
   */
  public record Answers(
      String id, String question, String type, List<String> expected, Map<String, String> given) {}

  static EvaluationReport of(Evaluation evaluation) {
    EvaluationPlan plan = evaluation.plan();
    Map<Cell, List<Trial>> trials = evaluation.trials();
    List<Trial> full = trials.get(Cell.FULL);
    return new EvaluationReport(
        evaluation.dataset(),
        full.size(),
        full.stream().map(trial -> trial.example().image()).distinct().count(),
        evaluation.model(),
        Machine.current(),
        new Settings(
            plan.methods(),
            plan.budgets(),
            plan.controls().stream().map(Control::wireName).toList(),
            plan.trueRegions() ? "true-regions" : "localizer",
            Math.min(plan.timed(), full.size()),
            plan.concurrency(),
            plan.seed()),
        trials.keySet().stream().parallel().map(cell -> Row.of(cell, evaluation)).toList(),
        evaluation.leftOut(),
        LocalizationScore.byType(evaluation),
        answers(trials, full));
  }

  private static List<Answers> answers(Map<Cell, List<Trial>> trials, List<Trial> full) {
    List<Answers> answers = new ArrayList<>();
    for (int i = 0; i < full.size(); i++) {
      Map<String, String> given = new TreeMap<>();
      for (Map.Entry<Cell, List<Trial>> row : trials.entrySet()) {
        Trial trial = row.getValue().get(i);
        given.put(
            row.getKey().label(),
            trial.failure().map(why -> "failed: " + why).orElse(trial.answer()));
      }
      var example = full.get(i).example();
      answers.add(
          new Answers(example.id(), example.question(), example.type(), example.answers(), given));
    }
    return answers;
  }

  /** Answers that are missing, over all rows. */
  @JsonProperty
  public int failed() {
    return rows.stream().mapToInt(Row::failed).sum();
  }
}
