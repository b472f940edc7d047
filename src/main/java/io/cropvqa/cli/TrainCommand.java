package io.cropvqa.cli;

import io.cropvqa.evaluation.dataset.DatasetFiles;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.localizer.LocalizerTraining;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains what lies beside a model. */
@Command(
    name = "train",
    description = {
      "Trains the model's localizer on questions whose region is known, and writes it to the",
      "localizer/ folder in --out. The model itself stays as it is. Every tenth picture is held",
      "out; at the end, how well regions are found there is printed by type of question.",
      "",
      "To use it, put the folder into the model's directory and set crop.localizer.kind=attention,",
      "or have its crop.json say {\"localizer\": \"attention\"}."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar train --localizer --split train --count 2000 --minutes 15"
          + " --out trained",
      "  java -jar quarkus-run.jar train --localizer --model /models/vlm --dataset regions.jsonl"
          + " --steps 5000 --out /models/vlm",
      "  java -jar quarkus-run.jar train --localizer --split train --count 2000 --steps 5000"
          + " --out trained --resume"
    })
final class TrainCommand implements ApplicationCommand {
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(2);

  @Mixin private HelpOption help;

  @Option(names = "--localizer", description = "Trains the localizer.")
  private boolean localizer;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory in Hugging Face layout; the bundled model without.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--dataset",
      paramLabel = "F.jsonl",
      description = "Questions; those with a region are learned from.")
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

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where localizer/ and, meanwhile, checkpoints are written to.")
  private Path out;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Ends after N steps; the same seed then gives the same weights.")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Ends after M minutes of training (default, without --steps: 15).")
  private Optional<Double> minutes = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Questions of a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "0.001",
      description = "The highest (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = "Of scenes, first weights and order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      defaultValue = "2048",
      description = "For the visual tokens of all pictures (default: ${DEFAULT-VALUE}).")
  private long memory;

  @Option(names = "--resume", description = "Goes on from the checkpoint in --out.")
  private boolean resume;

  @Option(names = "--device", paramLabel = "D", description = "cpu, or one gpu as gpu:0.")
  private Optional<String> device = Optional.empty();

  Path out() {
    return out;
  }

  VqaDataset dataset() throws IOException {
    return split.isPresent()
        ? new SceneDataset(split.get(), count, questions, seed)
        : DatasetFiles.open(dataset.orElseThrow(), Optional.empty(), images);
  }

  /**
   * @param terminal whether somebody looks on: progress is then told more often
   */
  LocalizerTraining.Settings localizerTraining(boolean terminal) {
    return new LocalizerTraining.Settings(
        out,
        limit(),
        batch,
        LearningRate.of(learningRate),
        seed,
        memory << 20,
        Duration.ofSeconds(terminal ? 10 : 30),
        CHECKPOINT_EVERY,
        resume,
        split
            .map(scenes -> "%s, %d x %d".formatted(scenes.wireName(), count, questions))
            .orElseGet(() -> dataset.orElseThrow().toString()));
  }

  private TrainingLimit limit() {
    return steps
        .<TrainingLimit>map(TrainingLimit.Steps::new)
        .orElseGet(
            () -> new TrainingLimit.Time(Duration.ofMillis((long) (minutes.orElse(15.0) * 60000))));
  }

  @Override
  public void check() {
    require(localizer, "say what to train: --localizer");
    require(dataset.isPresent() != split.isPresent(), "give either --dataset or --split");
    dataset.ifPresent(file -> require(Files.isRegularFile(file), "--dataset %s is no file", file));
    images.ifPresent(
        folder -> require(Files.isDirectory(folder), "--images %s is no directory", folder));
    model.ifPresent(
        folder -> require(Files.isDirectory(folder), "--model %s is no directory", folder));
    require(!Files.exists(out) || Files.isDirectory(out), "--out %s is no directory", out);
    requirePositive("--count", count);
    requirePositive("--questions", questions);
    requirePositive("--batch", batch);
    steps.ifPresent(given -> requirePositive("--steps", given));
    require(steps.isEmpty() || minutes.isEmpty(), "give either --steps or --minutes");
    minutes.ifPresent(
        given -> require(given > 0 && given < 1e6, "--minutes must be above 0, got %s", given));
    require(
        learningRate > 0 && learningRate < 1,
        "--learning-rate must be above 0 and below 1, got %s",
        learningRate);
    require(memory > 0 && memory < 1 << 30, "--memory must be at least 1, got %s", memory);
  }

  private static void requirePositive(String option, int value) {
    require(value > 0, "%s must be at least 1, got %s", option, value);
  }

  private static void require(boolean fits, String message, Object... values) {
    if (!fits) {
      throw new UnusableArgumentsException(message.formatted(values));
    }
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(OfflineSettings.ALL);
    settings.put("crop.image.cache-bytes", "0"); // each picture is decoded once
    model.ifPresent(directory -> settings.put("crop.model", directory.toString()));
    device.ifPresent(name -> settings.put("crop.device", name));
    return settings;
  }

  @Override
  public boolean needsBroker() {
    return false;
  }

  @Override
  public boolean needsModels() {
    return false;
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Train.class).get().run(this);
  }
}
