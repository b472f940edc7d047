package io.cropvqa.cli;

import io.cropvqa.engine.EngineSettings;
import io.cropvqa.evaluation.EvaluationPlan;
import io.cropvqa.evaluation.dataset.DatasetFiles;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures accuracy and time of pruning methods at budgets. */
@Command(
    name = "eval",
    description = {
      "Answers a data set's questions with every method at every budget, one at a time, and prints",
      "accuracy and time as Markdown tables. The full model and the model without any visual token",
      "always stand in them.",
      "",
      "A data set is a .jsonl file of {\"image\", \"question\", \"answers\", \"type\", \"region\"},"
          + " or",
      "the published files of VQAv2, TextVQA or GQA."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar eval --split new-scenes --count 50 --methods crop,random"
          + " --budgets 64,28",
      "  java -jar quarkus-run.jar eval --dataset dev.jsonl --model /models/vlm --methods crop"
          + " --budgets 192,128,64 --out report.json",
      "  java -jar quarkus-run.jar eval --dataset v2_OpenEnded_mscoco_val2014_questions.json"
          + " --annotations v2_mscoco_val2014_annotations.json --images val2014 --limit 1000"
    })
final class EvalCommand implements ApplicationCommand {

  /** Who finds the region. */
  enum Regions {
    /** The localizer that the settings name. */
    auto,
    attention,
    similarity,
    none,
    /** The data set. */
    oracle
  }

  @Mixin private HelpOption help;

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

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory in Hugging Face layout; the bundled model without.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--methods",
      paramLabel = "a,b",
      split = ",",
      defaultValue = "crop",
      description = "Pruning methods (default: ${DEFAULT-VALUE}).")
  private List<String> methods;

  @Option(
      names = "--budgets",
      paramLabel = "N,N",
      split = ",",
      defaultValue = "192,128,64",
      description = {
        "Visual tokens a question may cost, averaged over the layers (default: ${DEFAULT-VALUE})."
      })
  private List<Integer> budgets;

  @Option(
      names = "--localizer",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = {
        "attention, similarity, none, or oracle for the data set's own regions (default: the",
        "model's)."
      })
  private Regions localizer;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N questions.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = "Of scenes, random pruning and intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--device", paramLabel = "D", description = "cpu, or one gpu as gpu:0.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "F.json",
      description = "Writes everything into this file, each answer too.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--json", description = "Prints the report as JSON instead of Markdown.")
  private boolean json;

  Optional<Path> out() {
    return out;
  }

  boolean json() {
    return json;
  }

  VqaDataset dataset() throws IOException {
    return split.isPresent()
        ? new SceneDataset(split.get(), count, seed)
        : DatasetFiles.open(dataset.orElseThrow(), annotations, images);
  }

  EvaluationPlan plan() {
    return new EvaluationPlan(
        methods,
        budgets,
        localizer == Regions.oracle,
        limit.map(OptionalInt::of).orElseGet(OptionalInt::empty),
        seed);
  }

  @Override
  public void check() {
    if (dataset.isPresent() == split.isPresent()) {
      throw new UnusableArgumentsException("give either --dataset or --split");
    }
    dataset.ifPresent(file -> requireFile("--dataset", file));
    annotations.ifPresent(file -> requireFile("--annotations", file));
    images.ifPresent(folder -> requireDirectory("--images", folder));
    model.ifPresent(folder -> requireDirectory("--model", folder));
    requirePositive("--count", count);
    limit.ifPresent(questions -> requirePositive("--limit", questions));
    budgets.forEach(budget -> requirePositive("--budgets", budget));
    for (String method : methods) {
      if (!EngineSettings.pruningMethods().contains(method)) {
        throw new UnusableArgumentsException(
            "--methods: \"%s\" is unknown: use some of %s"
                .formatted(method, EngineSettings.pruningMethods()));
      }
    }
    out.map(file -> file.toAbsolutePath().getParent())
        .ifPresent(folder -> requireDirectory("--out: the folder", folder));
  }

  private static void requireFile(String option, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableArgumentsException("%s %s is no file".formatted(option, file));
    }
  }

  private static void requireDirectory(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UnusableArgumentsException("%s %s is no directory".formatted(option, folder));
    }
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new UnusableArgumentsException(
          "%s must be at least 1, got %d".formatted(option, value));
    }
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(OfflineSettings.ALL);
    settings.put("crop.workers", "1");
    // A remembered region would cost nothing the second time.
    settings.put("crop.localizer.cache-entries", "0");
    settings.put("crop.pruning.seed", Long.toString(seed));
    model.ifPresent(directory -> settings.put("crop.model", directory.toString()));
    device.ifPresent(name -> settings.put("crop.device", name));
    switch (localizer) {
      case attention, similarity -> settings.put("crop.localizer.kind", localizer.name());
      case none, oracle -> settings.put("crop.localizer.kind", "none");
      case auto -> {} // as configured
    }
    return settings;
  }

  @Override
  public boolean needsBroker() {
    return false;
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Eval.class).get().run(this);
  }
}
