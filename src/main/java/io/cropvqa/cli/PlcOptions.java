package io.cropvqa.cli;

import io.cropvqa.training.plc.PlcTraining;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code train --plc} takes that no other training does. */
final class PlcOptions {

  private static final String TRUE = "true";
  private static final String LOCALIZER = "localizer";

  @Option(
      names = "--budgets",
      paramLabel = "N,N",
      split = ",",
      defaultValue = "13,28,64",
      description = "With --plc: visual tokens to compress to (default: ${DEFAULT-VALUE}).")
  private List<Integer> budgets;

  @Option(
      names = "--regions",
      paramLabel = "WHOSE",
      defaultValue = TRUE,
      description = {
        "With --plc: true for the data set's regions, or localizer for what the model's",
        "localizer finds (default: ${DEFAULT-VALUE})."
      })
  private String regions;

  @Option(
      names = "--joint",
      description = {
        "With --plc: the decoder's layers learn too, and --out becomes a whole model directory."
      })
  private boolean joint;

  boolean joint() {
    return joint;
  }

  boolean trueRegions() {
    return regions.equals(TRUE);
  }

  PlcTraining.Choices choices() {
    return new PlcTraining.Choices(budgets, trueRegions(), joint);
  }

  /**
   * @throws UnusableArgumentsException naming the option
   */
  void check() {
    if (!List.of(TRUE, LOCALIZER).contains(regions)) {
      throw new UnusableArgumentsException(
          "--regions must be true or localizer, got \"%s\"".formatted(regions));
    }
    for (int budget : budgets) {
      if (budget < 1) {
        throw new UnusableArgumentsException("--budgets must be at least 1, got " + budget);
      }
    }
  }
}
