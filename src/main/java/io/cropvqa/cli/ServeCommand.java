package io.cropvqa.cli;

import io.cropvqa.engine.InferenceEngine;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Instance;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers questions from Kafka until it is stopped. */
@Command(
    name = "serve",
    description = {
      "Answers questions from Kafka and serves console, health and metrics over HTTP.",
      "Without kafka.bootstrap.servers it starts an embedded broker."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar serve",
      "  java -Dkafka.bootstrap.servers=kafka:9092 -Dcrop.model=/models/vlm -jar quarkus-run.jar"
          + " serve"
    })
final class ServeCommand implements ApplicationCommand {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public boolean needsBroker() {
    return true;
  }

  @Override
  public int run(Instance<Object> beans) {
    try {
      ModelStart.await(beans.select(InferenceEngine.class));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return UNUSABLE_ARGUMENTS;
    }
    Quarkus.waitForExit();
    return DONE;
  }
}
