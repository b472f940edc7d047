package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.pruning.PruningMethods;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many questions a second get through, by one client and by several. Collects while rounds go
 * by.
 */
final class Throughput {
  private final PruningPlan plan;
  private final List<BenchPictures.Asked> questions;
  private final boolean onePicture;
  private final List<Double> alone = new ArrayList<>();
  private final List<Double> together = new ArrayList<>();
  private final List<Double> encoded = new ArrayList<>();
  private final LongAdder answers = new LongAdder();
  private final LongAdder answerTokens = new LongAdder();
  private long steps;
  private double inSteps;

  /**
   * @param onePicture whether all questions of a run are about one picture
   */
  Throughput(PruningPlan plan, List<BenchPictures.Asked> questions, boolean onePicture) {
    this.plan = plan;
    this.questions = questions;
    this.onePicture = onePicture;
  }

  /** One client's run, then the same questions by all clients. */
  void round(Asker asker, int clients, BatchCounter batches, boolean warmUp) {
    double one = run(asker, 1, new AtomicInteger());
    AtomicInteger encodings = new AtomicInteger();
    long stepsBefore = batches.steps();
    double questionsBefore = batches.questions();
    double all = run(asker, clients, encodings);
    if (!warmUp) {
      alone.add(one);
      together.add(all);
      encoded.add(encodings.doubleValue());
      steps += batches.steps() - stepsBefore;
      inSteps += batches.questions() - questionsBefore;
    }
  }

  private double run(Asker asker, int clients, AtomicInteger encodings) {
    List<RgbImage> images = images(asker);
    return Clients.rate(
        clients,
        questions.size(),
        i -> {
          Answer answer = asker.ask(images.get(i), questions.get(i).question(), plan);
          answers.increment();
          answerTokens.add(answer.usage().completionTokens());
          if (answer.timings().sparedOf(Stage.ENCODE).isZero()) {
            encodings.incrementAndGet(); // no other question had it encoded
          }
        });
  }

  private List<RgbImage> images(Asker asker) {
    RgbImage first = asker.unseen(questions.get(0).image());
    return questions.stream()
        .map(asked -> onePicture ? first : asker.unseen(asked.image()))
        .toList();
  }

  ThroughputRow row() {
    Spread one = Spread.of(alone);
    Spread all = Spread.of(together);
    return new ThroughputRow(
        plan.method(),
        plan.method().equals(PruningMethods.NONE) ? null : plan.budget(),
        questions.size(),
        one,
        all,
        all.median() / one.median(),
        answerTokens.doubleValue() / answers.doubleValue(),
        steps == 0 ? 0 : inSteps / steps,
        Spread.of(encoded).median());
  }
}
