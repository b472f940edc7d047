package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.evaluation.EvaluationProgress;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.pruning.PruningMethods;
import java.util.List;

/**
 * Asks an engine questions about generated pictures, round by round: one at a time in all ways of
 * pruning, then as many as can be, by one client and by several. What the engine remembers of one
 * question never helps a later run, since every run's pictures are unseen.
 */
public final class EngineBench {
  private final InferenceEngine engine;
  private final ImageDecoder decoder;
  private final BatchCounter batches;
  private final EvaluationProgress progress;

  /**
   * @param batches of that engine
   * @param progress told of each row of each round
   */
  public EngineBench(
      InferenceEngine engine,
      ImageDecoder decoder,
      BatchCounter batches,
      EvaluationProgress progress) {
    this.engine = engine;
    this.decoder = decoder;
    this.batches = batches;
    this.progress = progress;
  }

  /**
   * @throws QuestionFailure if a question has no answer
   */
  public EngineReport run(EnginePlan plan) {
    List<BenchPictures.Asked> distinct =
        BenchPictures.distinct(plan.questions(), plan.seed(), decoder);
    List<BenchPictures.Asked> one = BenchPictures.one(plan.questions(), plan.seed(), decoder);
    Asker asker = new Asker(engine, plan.newTokens(), plan.ignoreEos());
    int pictureTokens = visualTokens(asker, distinct.get(0));
    List<PruningPlan> ways = plan.rows(pictureTokens);
    List<Latency> latency = ways.stream().map(Latency::new).toList();
    List<Throughput> throughput =
        ways.stream().map(way -> new Throughput(way, distinct, false)).toList();
    List<Throughput> onOnePicture =
        ways.stream().map(way -> new Throughput(way, one, true)).toList();

    int all = 3 * (1 + plan.rounds());
    progress.answered(0, all);
    for (int round = 0; round <= plan.rounds(); round++) {
      boolean warmUp = round == 0;
      askEach(asker, distinct, latency, warmUp);
      progress.answered(3 * round + 1, all);
      throughput.forEach(row -> row.round(asker, plan.concurrency(), batches, warmUp));
      progress.answered(3 * round + 2, all);
      onOnePicture.forEach(row -> row.round(asker, plan.concurrency(), batches, warmUp));
      progress.answered(3 * round + 3, all);
    }
    return new EngineReport(
        engine.model(),
        pictureTokens,
        plan.questions(),
        plan.concurrency(),
        plan.newTokens(),
        plan.ignoreEos(),
        plan.rounds(),
        plan.seed(),
        latency.stream().map(row -> row.row(latency.get(0))).toList(),
        throughput.stream().map(Throughput::row).toList(),
        onOnePicture.stream().map(Throughput::row).toList(),
        batches.largest());
  }

  private static int visualTokens(Asker asker, BenchPictures.Asked first) {
    PruningPlan full = new PruningPlan(PruningMethods.NONE, 1);
    return asker.ask(first.image(), first.question(), full).pruning().visualTokensBefore();
  }

  private static void askEach(
      Asker asker, List<BenchPictures.Asked> questions, List<Latency> rows, boolean warmUp) {
    for (BenchPictures.Asked asked : questions) {
      for (Latency row : rows) {
        RgbImage image = asker.unseen(asked.image());
        long begun = System.nanoTime();
        Answer answer = asker.ask(image, asked.question(), row.plan());
        if (!warmUp) {
          row.add(answer, System.nanoTime() - begun);
        }
      }
    }
    if (!warmUp) {
      rows.forEach(Latency::endRound);
    }
  }
}
