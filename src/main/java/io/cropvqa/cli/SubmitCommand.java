package io.cropvqa.cli;

import io.cropvqa.messaging.Confirmations;
import io.cropvqa.messaging.KafkaClients;
import io.cropvqa.messaging.QuestionPublisher;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Publishes questions from a file. */
@Command(
    name = "submit",
    description = {
      "Publishes question events from a file, one a line, under the ids that they have there.",
      "Every line is looked at before the first is published."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar submit --jobs"
          + " kafka/samples/jobs.jsonl"
    })
final class SubmitCommand implements BrokerCommand {

  @Mixin private HelpOption help;

  @Option(
      names = "--jobs",
      paramLabel = "F.jsonl",
      required = true,
      description = "Question events. A relative image.uri is a file beside this one.")
  private Path jobs;

  @Option(
      names = "--source",
      paramLabel = "URI",
      defaultValue = "crop-vqa/submit",
      description = "Who asks, as the events' ce_source (default: ${DEFAULT-VALUE}).")
  private String source;

  @Override
  public void check() {
    Require.file("--jobs", jobs);
    if (new JobsFile(jobs, source).check() == 0) {
      throw new UnusableArgumentsException("--jobs %s has no question".formatted(jobs));
    }
  }

  @Override
  public int run(Instance<Object> beans) {
    JobsFile file = new JobsFile(jobs, source);
    int all = file.check();
    ProgressLine progress = new ProgressLine("questions");
    Confirmations confirmations = new Confirmations(done -> progress.show(done, all));
    try (QuestionPublisher questions = beans.select(KafkaClients.class).get().questions()) {
      file.forEach(question -> confirmations.expect(questions.publish(question)));
      System.err.printf("%d questions published%n", confirmations.await());
      return DONE;
    } catch (CompletionException e) {
      System.err.printf(
          "stopped after %d of %d questions, publish the rest again: %s%n",
          confirmations.confirmed(), all, e.getCause().getMessage());
      return SOME_FAILED;
    }
  }
}
