package io.cropvqa.cli;

import io.cropvqa.evaluation.dataset.DatasetFiles;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code train} learns from. */
final class TrainingDataOptions {

  @Option(
      names = "--dataset",
      paramLabel = "F.jsonl",
      description = "Questions; the localizer learns from those with a region.")
  private Optional<Path> dataset = Optional.empty();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "The pictures; beside the questions without.")
  private Optional<Path> images = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "S",
      converter = SplitConverter.class,
      description = "Instead of --dataset, generated scenes: train or train-crowded.")
  private Optional<Split> split = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Scenes of --split (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "16",
      description = "Questions about each scene (default: ${DEFAULT-VALUE}).")
  private int questions;

  /**
   * @param seed of the scenes
   */
  VqaDataset open(long seed) throws IOException {
    return split.isPresent()
        ? new SceneDataset(split.get(), count, questions, seed)
        : DatasetFiles.open(dataset.orElseThrow(), Optional.empty(), images);
  }

  /** What tells one choice of data from another. */
  String inWords() {
    return split
        .map(scenes -> "%s, %d x %d".formatted(scenes.wireName(), count, questions))
        .orElseGet(() -> dataset.orElseThrow().toString());
  }

  /**
   * @throws UnusableArgumentsException naming the option
   */
  void check() {
    require(dataset.isPresent() != split.isPresent(), "give either --dataset or --split");
    dataset.ifPresent(file -> require(Files.isRegularFile(file), "--dataset %s is no file", file));
    images.ifPresent(
        folder -> require(Files.isDirectory(folder), "--images %s is no directory", folder));
    require(count > 0, "--count must be at least 1, got %s", count);
    require(questions > 0, "--questions must be at least 1, got %s", questions);
  }

  private static void require(boolean fits, String message, Object... values) {
    if (!fits) {
      throw new UnusableArgumentsException(message.formatted(values));
    }
  }
}
