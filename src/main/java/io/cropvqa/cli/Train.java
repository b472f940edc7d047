package io.cropvqa.cli;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.localizer.LocalizerTraining;
import io.cropvqa.training.localizer.RegionExample;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a training and tells of it. */
@Singleton
@Unremovable
final class Train {
  private final Instance<FrozenModel> model;
  private final ImageDecoder decoder;

  @Inject
  Train(Instance<FrozenModel> model, ImageDecoder decoder) {
    this.model = model;
    this.decoder = decoder;
  }

  int run(TrainCommand command) {
    try {
      VqaDataset dataset = command.dataset();
      Map<String, VqaExample> pictures = new HashMap<>();
      dataset.examples().forEach(example -> pictures.putIfAbsent(example.image(), example));
      boolean terminal = System.console() != null;
      LocalizerTraining training =
          new LocalizerTraining(
              model.get(), command.localizerTraining(terminal), new Progress(terminal));
      var scores =
          training.run(
              examples(dataset), picture -> decoder.decode(dataset.image(pictures.get(picture))));
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.print(LocalizerTable.of(scores));
      System.err.printf("written: %s%n", command.out().resolve("localizer"));
      return ApplicationCommand.DONE;
    } catch (QuestionFailure | IllegalStateException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.SOME_FAILED;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    } catch (IOException e) {
      System.err.println("can't read or write a file: " + e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    }
  }

  private static List<RegionExample> examples(VqaDataset dataset) {
    List<RegionExample> examples = new ArrayList<>();
    for (VqaExample example : dataset.examples()) {
      example
          .region()
          .ifPresent(
              region ->
                  examples.add(
                      new RegionExample(
                          example.image(), example.question(), example.type(), region)));
    }
    return examples;
  }

  /** One line that is written over on a terminal, one after another in a log. */
  private static final class Progress implements LocalizerTraining.Listener {
    private final boolean terminal;
    private final ProgressLine encoding = new ProgressLine("pictures encoded");

    Progress(boolean terminal) {
      this.terminal = terminal;
    }

    @Override
    public void encoded(int done, int all) {
      encoding.show(done, all);
    }

    @Override
    public void trained(TrainingProgress progress) {
      if (terminal && progress.share() < 1) {
        System.err.print("\r\u001b[K" + progress.line());
      } else {
        System.err.println((terminal ? "\r\u001b[K" : "") + progress.line());
      }
    }
  }
}
