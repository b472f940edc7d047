package io.cropvqa.cli;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.Pictures;
import io.cropvqa.training.TrainingListener;
import io.cropvqa.training.TrainingProgress;
import io.cropvqa.training.TrainingSettings;
import io.cropvqa.training.localizer.LocalizerTraining;
import io.cropvqa.training.localizer.RegionExample;
import io.cropvqa.training.plc.AnswerExample;
import io.cropvqa.training.plc.PlcTraining;
import io.cropvqa.training.plc.RegionFinder;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a training and tells of it. */
@Singleton
@Unremovable
final class Train {
  private final Instance<FrozenModel> model;
  private final Instance<RegionFinder> localizer;
  private final ImageDecoder decoder;

  @Inject
  Train(Instance<FrozenModel> model, Instance<RegionFinder> localizer, ImageDecoder decoder) {
    this.model = model;
    this.localizer = localizer;
    this.decoder = decoder;
  }

  int run(TrainCommand command) {
    try {
      VqaDataset dataset = command.dataset();
      boolean terminal = System.console() != null;
      TrainingSettings settings = command.training(terminal);
      Progress progress = new Progress(terminal);
      String table =
          command.subject() == TrainCommand.Subject.LOCALIZER
              ? localizer(dataset, settings, progress)
              : plc(dataset, settings, command.plcOptions(), progress);
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.print(table);
      System.err.printf("written: %s%n", command.written());
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

  private String localizer(VqaDataset dataset, TrainingSettings settings, Progress progress)
      throws IOException {
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
    LocalizerTraining training = new LocalizerTraining(model.get(), settings, progress);
    return LocalizerTable.of(training.run(examples, pictures(dataset)));
  }

  private String plc(
      VqaDataset dataset, TrainingSettings settings, PlcOptions options, Progress progress)
      throws IOException {
    List<AnswerExample> examples =
        dataset.examples().stream()
            .map(
                example ->
                    new AnswerExample(
                        example.image(),
                        example.question(),
                        mostGiven(example.answers()),
                        example.region()))
            .toList();
    PlcTraining training = new PlcTraining(model.get(), settings, options.choices(), progress);
    RegionFinder regions = options.trueRegions() ? RegionFinder.TRUE_REGIONS : localizer.get();
    return PlcTable.of(training.run(examples, pictures(dataset), regions));
  }

  /** The answer that most people gave; of several, the one given first. */
  private static String mostGiven(List<String> answers) {
    return answers.stream()
        .max(Comparator.comparingInt(answer -> Collections.frequency(answers, answer)))
        .orElseThrow();
  }

  private Pictures pictures(VqaDataset dataset) {
    Map<String, VqaExample> byImage = new HashMap<>();
    dataset.examples().forEach(example -> byImage.putIfAbsent(example.image(), example));
    return picture -> decoder.decode(dataset.image(byImage.get(picture)));
  }

  /** One line that is written over on a terminal, one after another in a log. */
  private static final class Progress implements TrainingListener {
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
