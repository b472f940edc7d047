package io.cropvqa.evaluation;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.image.ImageDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks every question in every way of the plan.
 *
 * <p>The first questions, as many as are to be timed, are asked one at a time, so that times are
 * those of a question that has the machine for itself; all ways of one question come one after
 * another, so that whatever slows the machine for a while slows them alike. The others are asked as
 * many at once as the plan says, about pictures of their own: their answers count, their times
 * don't. The first question is asked once more before anything is measured, to warm up.
 *
 * <p>The engine may remember a picture's tokens and a question's region; every answer is charged
 * what they had cost.
 */
public final class Evaluator {
  private final InferenceEngine engine;
  private final ImageDecoder decoder;
  private final EvaluationProgress progress;

  public Evaluator(InferenceEngine engine, ImageDecoder decoder, EvaluationProgress progress) {
    this.engine = engine;
    this.decoder = decoder;
    this.progress = progress;
  }

  /**
   * @throws QuestionFailure if the model or its device is down; a fault of one question only fails
   *     that question
   */
  public EvaluationReport run(VqaDataset dataset, EvaluationPlan plan) {
    List<VqaExample> examples =
        dataset.examples().stream().limit(plan.limit().orElse(Integer.MAX_VALUE)).toList();
    boolean regionsKnown = examples.stream().allMatch(example -> example.region().isPresent());
    List<Cell> cells = plan.cells(regionsKnown);
    List<Cell> asked = cells.stream().filter(Cell::isAsked).toList();
    List<Map<Cell, Trial>> answers = new ArrayList<>();
    int timed = Math.min(plan.timed(), examples.size());
    Counter counter = new Counter(examples.size());
    Interview interview = new Interview(engine, decoder, dataset, plan, asked);
    interview.about(examples.get(0));
    for (VqaExample example : examples.subList(0, timed)) {
      answers.add(interview.about(example));
      counter.one();
    }
    answers.addAll(
        atOnce(
            byPicture(examples.subList(timed, examples.size())),
            plan.concurrency(),
            () -> new Interview(engine, decoder, dataset, plan, asked),
            counter));
    Map<Cell, List<Trial>> trials = new LinkedHashMap<>();
    for (Cell cell : cells) {
      trials.put(
          cell,
          cell.isAsked()
              ? answers.stream().map(ways -> ways.get(cell)).toList()
              : MostFrequent.trials(examples));
    }
    return new Evaluation(dataset.name(), engine.model(), plan, plan.leftOut(regionsKnown), trials)
        .report();
  }

  /** Questions about one picture that follow each other, together. */
  private static List<List<VqaExample>> byPicture(List<VqaExample> examples) {
    List<List<VqaExample>> groups = new ArrayList<>();
    String picture = null;
    for (VqaExample example : examples) {
      if (!example.image().equals(picture)) {
        groups.add(new ArrayList<>());
        picture = example.image();
      }
      groups.get(groups.size() - 1).add(example);
    }
    return groups;
  }

  /** Makes an interview for each group of questions. */
  private interface Interviewer {
    Interview get();
  }

  private static List<Map<Cell, Trial>> atOnce(
      List<List<VqaExample>> groups, int concurrency, Interviewer interviewer, Counter counter) {
    ExecutorService threads = Executors.newFixedThreadPool(concurrency);
    try {
      List<Future<List<Map<Cell, Trial>>>> running = new ArrayList<>();
      for (List<VqaExample> group : groups) {
        running.add(threads.submit(() -> all(group, interviewer.get(), counter)));
      }
      List<Map<Cell, Trial>> answers = new ArrayList<>();
      for (Future<List<Map<Cell, Trial>>> group : running) {
        answers.addAll(group.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the evaluation was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Map<Cell, Trial>> all(
      List<VqaExample> group, Interview interview, Counter counter) {
    List<Map<Cell, Trial>> answers = new ArrayList<>();
    for (VqaExample example : group) {
      if (Thread.interrupted()) {
        return answers; // another group failed for good
      }
      answers.add(interview.about(example));
      counter.one();
    }
    return answers;
  }

  /** Counts questions that threads have finished, and tells of each once. */
  private final class Counter {
    private final int all;
    private int done;

    Counter(int all) {
      this.all = all;
      progress.answered(0, all);
    }

    synchronized void one() {
      progress.answered(++done, all);
    }
  }
}
