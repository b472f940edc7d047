package io.cropvqa.cli;

import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingSettings;
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
      "Trains what lies beside a model on questions, with the model itself as it is, and writes it",
      "to a folder in --out. Every tenth picture is held out, and what came of it there is"
          + " printed.",
      "",
      "--localizer learns from questions whose region is known where a question looks, and writes",
      "localizer/. To use it, put the folder into the model's directory and set",
      "crop.localizer.kind=attention, or have its crop.json say {\"localizer\": \"attention\"}.",
      "",
      "--plc learns from answers how to compress a picture to a budget, and writes plc/. To use"
          + " it,",
      "put the folder into the model's directory and set crop.pruning.method=plc, or",
      "crop.pruning.crop-compressor=plc."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar train --localizer --split train --count 2000 --minutes 15"
          + " --out trained",
      "  java -jar quarkus-run.jar train --localizer --model /models/vlm --dataset regions.jsonl"
          + " --steps 5000 --out /models/vlm",
      "  java -jar quarkus-run.jar train --plc --split train --count 1000 --minutes 30 --out"
          + " trained",
      "  java -jar quarkus-run.jar train --plc --joint --model /models/vlm --dataset answers.jsonl"
          + " --budgets 192,128,64 --steps 5000 --out /models/vlm-64",
      "  java -jar quarkus-run.jar train --plc --split train --count 1000 --steps 5000"
          + " --out trained --resume"
    })
final class TrainCommand implements ApplicationCommand {
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(2);

  /** What is trained, and how where nobody says. */
  enum Subject {
    LOCALIZER(64, 0.001),
    PLC(16, 0.001),
    /** A decoder that can something already is led with care. */
    PLC_AND_DECODER(16, 0.0003);

    private final int batch;
    private final double learningRate;

    Subject(int batch, double learningRate) {
      this.batch = batch;
      this.learningRate = learningRate;
    }
  }

  @Mixin private HelpOption help;

  @Option(names = "--localizer", description = "Trains the localizer.")
  private boolean localizer;

  @Option(names = "--plc", description = "Trains the compression before the language model.")
  private boolean plc;

  @Mixin private PlcOptions plcOptions;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory in Hugging Face layout; the bundled model without.")
  private Optional<Path> model = Optional.empty();

  @Mixin private TrainingDataOptions data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where the folder and, meanwhile, checkpoints are written to.")
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
      description = "Questions of a step (default: 64, with --plc 16).")
  private Optional<Integer> batch = Optional.empty();

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "The highest (default: 0.001, with --joint 0.0003).")
  private Optional<Double> learningRate = Optional.empty();

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

  /** What there is once it is done. */
  Path written() {
    return switch (subject()) {
      case LOCALIZER -> out.resolve("localizer");
      case PLC -> out.resolve("plc");
      case PLC_AND_DECODER -> out;
    };
  }

  Subject subject() {
    return localizer
        ? Subject.LOCALIZER
        : plcOptions.joint() ? Subject.PLC_AND_DECODER : Subject.PLC;
  }

  PlcOptions plcOptions() {
    return plcOptions;
  }

  VqaDataset dataset() throws IOException {
    return data.open(seed);
  }

  /**
   * @param terminal whether somebody looks on: progress is then told more often
   */
  TrainingSettings training(boolean terminal) {
    return new TrainingSettings(
        out,
        limit(),
        batch.orElse(subject().batch),
        LearningRate.of(learningRate.orElse(subject().learningRate)),
        seed,
        memory << 20,
        Duration.ofSeconds(terminal ? 10 : 30),
        CHECKPOINT_EVERY,
        resume,
        data.inWords());
  }

  private TrainingLimit limit() {
    return steps
        .<TrainingLimit>map(TrainingLimit.Steps::new)
        .orElseGet(
            () -> new TrainingLimit.Time(Duration.ofMillis((long) (minutes.orElse(15.0) * 60000))));
  }

  @Override
  public void check() {
    require(localizer != plc, "say what to train: --localizer or --plc");
    require(!plcOptions.joint() || plc, "--joint goes with --plc");
    data.check();
    model.ifPresent(
        folder -> require(Files.isDirectory(folder), "--model %s is no directory", folder));
    require(!Files.exists(out) || Files.isDirectory(out), "--out %s is no directory", out);
    batch.ifPresent(given -> requirePositive("--batch", given));
    steps.ifPresent(given -> requirePositive("--steps", given));
    require(steps.isEmpty() || minutes.isEmpty(), "give either --steps or --minutes");
    minutes.ifPresent(
        given -> require(given > 0 && given < 1e6, "--minutes must be above 0, got %s", given));
    learningRate.ifPresent(
        given ->
            require(
                given > 0 && given < 1,
                "--learning-rate must be above 0 and below 1, got %s",
                given));
    plcOptions.check();
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
  public Broker broker() {
    return Broker.NONE;
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
