package io.cropvqa.cli;

import jakarta.enterprise.inject.Instance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The dead letters. */
@Command(
    name = "dlq",
    description = "Looks into the dead letters, and asks them again.",
    subcommands = {DlqListCommand.class, DlqReplayCommand.class},
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar dlq list",
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar dlq replay --code"
          + " transient-exhausted"
    })
final class DlqCommand implements BrokerCommand {

  @Mixin private HelpOption help;

  @Override
  public void check() {
    throw new UnusableArgumentsException("dlq needs one of list and replay; see dlq --help");
  }

  @Override
  public int run(Instance<Object> beans) {
    return UNUSABLE_ARGUMENTS;
  }
}
