package io.cropvqa.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.config.ModelCard;
import io.cropvqa.event.AnswerEvent;
import io.cropvqa.messaging.KafkaClients;
import io.cropvqa.messaging.Outcome;
import io.cropvqa.messaging.OutcomeFeed;
import io.cropvqa.messaging.QuestionPublisher;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Publishes the sample questions and follows what becomes of them. */
@Singleton
@Unremovable
final class Demo {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  private final KafkaClients kafka;
  private final Instance<ModelCard> modelCard;
  private final ObjectMapper json = new ObjectMapper();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Inject
  Demo(KafkaClients kafka, Instance<ModelCard> modelCard) {
    this.kafka = kafka;
    this.modelCard = modelCard;
  }

  int run(DemoCommand command) {
    DemoScore score =
        new DemoScore(
            modelCard.stream().map(ModelCard::exactMatch).flatMap(Optional::stream).findFirst());
    try {
      answerAll(command, DemoJob.load(command), score);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    (command.json() ? System.err : out).println(score.summary());
    if (!command.once()) {
      System.err.println("still serving; Ctrl-C stops");
      Quarkus.waitForExit();
    }
    return score.failures() == 0 ? ApplicationCommand.DONE : ApplicationCommand.SOME_FAILED;
  }

  private void answerAll(DemoCommand command, List<DemoJob> jobs, DemoScore score)
      throws IOException {
    // The trace tells this run's answers from those to anyone else's questions of the same name.
    String trace = UUID.randomUUID().toString().replace("-", "");
    DemoTable table = new DemoTable(jobs);
    Map<String, DemoJob> open = new LinkedHashMap<>();
    jobs.forEach(job -> open.put(job.id(), job));
    if (!command.json()) {
      out.println(table.header());
    }
    try (OutcomeFeed outcomes = kafka.outcomesFromNow()) {
      publish(jobs, trace);
      long lastNews = System.nanoTime();
      while (!open.isEmpty()) {
        for (Outcome outcome : outcomes.poll(POLL)) {
          if (outcome.traceParent().filter(parent -> parent.contains(trace)).isPresent()) {
            DemoJob job = open.remove(outcome.questionId().orElse(""));
            if (job != null) {
              print(command, table, score, job, outcome);
              lastNews = System.nanoTime();
            }
          }
        }
        if (System.nanoTime() - lastNews > PROGRESS.toNanos()) {
          System.err.printf("%d of %d done, waiting%n", jobs.size() - open.size(), jobs.size());
          lastNews = System.nanoTime();
        }
      }
    }
  }

  private void publish(List<DemoJob> jobs, String trace) throws IOException {
    try (QuestionPublisher questions = kafka.questions()) {
      List<CompletionStage<Void>> confirmations = new ArrayList<>();
      for (DemoJob job : jobs) {
        confirmations.add(
            questions.publish(
                new QuestionPublisher.Question(
                    job.imageName(),
                    job.id(),
                    "crop-vqa/demo",
                    "00-%s-%s-01".formatted(trace, trace.substring(16)),
                    job.json())));
      }
      confirmations.forEach(confirmation -> confirmation.toCompletableFuture().join());
    } catch (CompletionException e) {
      throw new IOException("the samples can't be published: " + e.getCause().getMessage(), e);
    }
  }

  private void print(
      DemoCommand command, DemoTable table, DemoScore score, DemoJob job, Outcome outcome)
      throws IOException {
    if (!outcome.isAnswer()) {
      score.failed();
      (command.json() ? System.err : out)
          .println(table.failed(job, outcome.failure().orElseThrow()));
      return;
    }
    AnswerEvent event = json.readValue(outcome.value(), AnswerEvent.class);
    score.answered(job, event.answer(), event.timings().totalMs());
    out.println(
        command.json()
            ? new String(outcome.value(), StandardCharsets.UTF_8)
            : table.answered(job, event));
  }
}
