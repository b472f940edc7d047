package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * One row of the table.
 *
 * @param method the pruning method, with its control as in {@code crop/oracle}; {@code none},
 *     {@code no-image} and {@code most-frequent} are the references
 * @param budget visual tokens it may cost, averaged over the layers; null for the references
 * @param score over all questions
 * @param byType the same for each type of question
 * @param byRegion the same for questions whose answer lies in a {@code small} part of the picture,
 *     a quarter of it or less, and in a {@code large} one; empty where that is not known
 * @param byHint the same by what the region tells: questions that name the object in their small
 *     region are {@code asked}, those whose small region is the answer's object are {@code
 *     revealed}, the others {@code large}; empty where that is not known
 * @param retention VQA accuracy over that of the full model; null if that has none
 * @param lead how far {@code crop} is ahead at the same budget; null for the references, for {@code
 *     crop} itself and where it is not measured
 * @param cost tokens and operations; null where no model was asked or all failed
 * @param times over the questions asked one at a time; null as the cost
 * @param failed questions without an answer; they count as wrong, and are left out of the cost
 */
public record Row(
    String method,
    Integer budget,
    Score score,
    Map<String, Score> byType,
    Map<String, Score> byRegion,
    Map<String, Score> byHint,
    Estimate retention,
    Lead lead,
    Cost cost,
    Times times,
    int failed) {

  static Row of(Cell cell, Evaluation evaluation) {
    long seed = evaluation.plan().seed();
    List<Trial> trials = evaluation.of(cell);
    List<Run> runs = trials.stream().flatMap(trial -> trial.run().stream()).toList();
    return new Row(
        cell.way().name(),
        cell.budget().isPresent() ? cell.budget().getAsInt() : null,
        Score.of(trials, seed),
        Score.by(Trial::type, trials, seed),
        Score.by(Trial::regionSize, trials, seed),
        Score.by(Trial::hint, trials, seed),
        retention(trials, evaluation.of(Cell.FULL), seed),
        evaluation
            .cropBeside(cell)
            .map(crop -> Lead.of(evaluation.of(crop), trials, seed))
            .orElse(null),
        Cost.of(runs),
        Times.of(evaluation.timed(cell), evaluation.timed(Cell.FULL)),
        (int) trials.stream().filter(trial -> !trial.isAnswered()).count());
  }

  private static Estimate retention(List<Trial> trials, List<Trial> full, long seed) {
    double[] reference = full.stream().mapToDouble(Trial::vqaAccuracy).toArray();
    return DoubleStream.of(reference).sum() == 0
        ? null
        : Estimate.ratio(
            trials.stream().mapToDouble(Trial::vqaAccuracy).toArray(), reference, seed);
  }

  Optional<Cost> knownCost() {
    return Optional.ofNullable(cost);
  }

  Optional<Times> knownTimes() {
    return Optional.ofNullable(times);
  }

  Optional<Lead> knownLead() {
    return Optional.ofNullable(lead);
  }
}
