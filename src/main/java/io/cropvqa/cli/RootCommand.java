package io.cropvqa.cli;

import jakarta.enterprise.inject.Instance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code crop-vqa} without a command serves. */
@Command(
    name = "crop-vqa",
    description = "Answers questions about images, with visual tokens pruned on the way.",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      AskCommand.class,
      SubmitCommand.class,
      TailCommand.class,
      DlqCommand.class,
      EvalCommand.class,
      BenchCommand.class,
      ScenesCommand.class,
      TrainCommand.class
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar demo --once",
      "  java -jar quarkus-run.jar ask --image street.jpg --question \"How many cars are there?\"",
      "  java -jar quarkus-run.jar ask --image street.jpg --question \"What colour is the bus?\""
          + " --visual-tokens 64 --overlay kept.png",
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar serve",
      "",
      "Every setting of the service is a system property (-Dcrop.workers=2) or an environment",
      "variable (CROP_WORKERS=2). Exit codes: 0 done, 1 some answers failed, 2 unusable arguments."
    })
final class RootCommand implements ApplicationCommand {

  @Mixin private HelpOption help;

  @Override
  public int run(Instance<Object> beans) {
    return new ServeCommand().run(beans);
  }
}
