package io.cropvqa.cli;

import io.cropvqa.evaluation.dataset.DatasetWriter;
import io.cropvqa.evaluation.scenes.ItemsFile;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes generated scenes and their questions to files. */
@Command(
    name = "scenes",
    description = {
      "Writes generated scenes as PNG files, and questions about them as dataset.jsonl.",
      "The same split and seed give the same scenes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar scenes --split new-scenes --count 50 --out scenes",
      "  java -jar quarkus-run.jar scenes --split train --count 5000 --seed 7 --items --out"
          + " training"
    })
final class ScenesCommand implements ApplicationCommand {

  @Mixin private HelpOption help;

  @Option(
      names = "--split",
      paramLabel = "S",
      required = true,
      converter = SplitConverter.class,
      description = {
        "train, train-crowded, validation, new-scenes, new-scenes-crowded, new-scenes-packed or",
        "held-out-cutouts."
      })
  private Split split;

  @Option(names = "--count", paramLabel = "N", required = true, description = "Scenes to write.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = "Other seeds, other scenes.")
  private long seed;

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "" + SceneDataset.QUESTIONS_PER_SCENE,
      description = "Questions about each scene (default: ${DEFAULT-VALUE}).")
  private int questions;

  @Option(
      names = "--items",
      description = "Also writes what is on each picture, and where, as items.jsonl.")
  private boolean items;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to.")
  private Path out;

  @Override
  public void check() {
    Require.positive("--count", count);
    Require.positive("--questions", questions);
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UnusableArgumentsException("--out %s is no directory".formatted(out));
    }
  }

  @Override
  public Map<String, String> settings() {
    return OfflineSettings.ALL;
  }

  @Override
  public Broker broker() {
    return Broker.NONE;
  }

  @Override
  public boolean needsModels() {
    return false;
  }

  @Override
  public int run(Instance<Object> beans) {
    SceneDataset dataset = new SceneDataset(split, count, questions, seed);
    ProgressLine progress = new ProgressLine("questions");
    int examples = dataset.examples().size();
    try {
      new DatasetWriter(out).write(dataset, written -> progress.show(written, examples));
      if (items) {
        ItemsFile.write(dataset, out);
      }
    } catch (IOException e) {
      System.err.println("can't write to --out: " + e.getMessage());
      return UNUSABLE_ARGUMENTS;
    }
    System.err.printf(
        "%d questions about %d scenes: %s%n", examples, count, out.resolve(DatasetWriter.FILE));
    return DONE;
  }
}
