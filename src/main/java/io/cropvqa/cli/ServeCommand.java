package io.cropvqa.cli;

import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Instance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private HelpOption help;

  @Override
  public int run(Instance<Object> beans) {
    Quarkus.waitForExit();
    return DONE;
  }
}
