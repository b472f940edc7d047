package io.cropvqa.cli;

import io.cropvqa.evaluation.dataset.DatasetFiles;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Which questions an evaluation asks. */
final class EvalQuestions {
  @Option(names = "--dataset", paramLabel = "F", description = "The questions.")
  private Optional<Path> dataset = Optional.empty();

  @Option(names = "--annotations", paramLabel = "F", description = "The answers of VQAv2.")
  private Optional<Path> annotations = Optional.empty();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "The pictures; beside the questions without.")
  private Optional<Path> images = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "S",
      converter = SplitConverter.class,
      description = {
        "Instead of --dataset, generated scenes: train, validation, new-scenes or",
        "held-out-cutouts."
      })
  private Optional<Split> split = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "50",
      description = "Scenes of --split, six questions each (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N questions.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = {
        "Of scenes, random pruning, wrong regions and intervals (default: ${DEFAULT-VALUE})."
      })
  private long seed;

  void check() {
    if (dataset.isPresent() == split.isPresent()) {
      throw new UnusableArgumentsException("give either --dataset or --split");
    }
    dataset.ifPresent(file -> Require.file("--dataset", file));
    annotations.ifPresent(file -> Require.file("--annotations", file));
    images.ifPresent(folder -> Require.directory("--images", folder));
    Require.positive("--count", count);
    limit.ifPresent(questions -> Require.positive("--limit", questions));
  }

  VqaDataset dataset() throws IOException {
    return split.isPresent()
        ? new SceneDataset(split.get(), count, seed)
        : DatasetFiles.open(dataset.orElseThrow(), annotations, images);
  }

  OptionalInt limit() {
    return limit.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  long seed() {
    return seed;
  }
}
