package io.cropvqa.cli;

import io.cropvqa.messaging.KafkaClients;
import io.cropvqa.messaging.QuestionPublisher;
import jakarta.enterprise.inject.Instance;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks dead-lettered questions again. */
@Command(
    name = "replay",
    description = {
      "Asks dead-lettered questions again: the original bytes, key and headers. A question that",
      "failed more than once is asked once. Dead letters stay in their topic, so what was replayed",
      "is replayed again by the next call that names it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar dlq replay --id q-17",
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar dlq replay --code"
          + " transient-exhausted"
    })
final class DlqReplayCommand implements BrokerCommand {

  @Mixin private HelpOption help;
  @Mixin private DeadLetterFilter filter;

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Override
  public void check() {
    filter.check();
    if (all == filter.isGiven()) {
      throw new UnusableArgumentsException(
          "dlq replay needs either --all or what to choose by: --code, --id");
    }
  }

  @Override
  public int run(Instance<Object> beans) {
    KafkaClients kafka = beans.select(KafkaClients.class).get();
    try (QuestionPublisher questions = kafka.questions()) {
      int asked = kafka.replay(questions).run(filter::takes, new ProgressLine("questions")::show);
      System.err.printf("%d questions asked again%n", asked);
      return DONE;
    } catch (CompletionException e) {
      System.err.println("stopped: " + e.getCause().getMessage());
      return SOME_FAILED;
    }
  }
}
