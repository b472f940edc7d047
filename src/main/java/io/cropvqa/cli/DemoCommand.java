package io.cropvqa.cli;

import jakarta.enterprise.inject.Instance;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves, and shows it at work on the sample questions. */
@Command(
    name = "demo",
    description = {
      "Does what serve does, publishes the sample questions and prints their answers as they come."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar demo --once",
      "  java -jar quarkus-run.jar demo --once --pruning plc-pool --visual-tokens 28",
      "  java -jar quarkus-run.jar demo --once --json > answers.jsonl"
    })
final class DemoCommand implements ApplicationCommand {

  @Mixin private HelpOption help;

  @Option(names = "--once", description = "Exits when all questions are answered.")
  private boolean once;

  @Option(names = "--json", description = "Prints answer events, one a line, instead of a table.")
  private boolean json;

  @Option(names = "--pruning", paramLabel = "NAME", description = "Pruning method to ask for.")
  private Optional<String> pruning = Optional.empty();

  @Option(
      names = "--visual-tokens",
      paramLabel = "N",
      description = "Budget: visual tokens a question may cost, averaged over the layers.")
  private Optional<Integer> visualTokens = Optional.empty();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Asks every question so many times, under ids of their own.")
  private int repeat = 1;

  boolean once() {
    return once;
  }

  boolean json() {
    return json;
  }

  Optional<String> pruning() {
    return pruning;
  }

  OptionalInt visualTokens() {
    return visualTokens.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  int repeat() {
    return repeat;
  }

  @Override
  public void check() {
    pruning.ifPresent(name -> Require.pruningMethod("--pruning", name));
    visualTokens.ifPresent(budget -> Require.positive("--visual-tokens", budget));
    Require.positive("--repeat", repeat);
  }

  /** Whoever asks for a demonstration wants to see answers. */
  @Override
  public Map<String, String> settings() {
    return Map.of("crop.stages", "all");
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Demo.class).get().run(this);
  }
}
