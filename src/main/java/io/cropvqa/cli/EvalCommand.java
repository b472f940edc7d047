package io.cropvqa.cli;

import io.cropvqa.evaluation.Control;
import io.cropvqa.evaluation.EvaluationPlan;
import io.cropvqa.evaluation.dataset.VqaDataset;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures accuracy and time of pruning methods at budgets. */
@Command(
    name = "eval",
    description = {
      "Answers a data set's questions with every method at every budget, and prints accuracy, cost",
      "and time as Markdown tables. The full model, the model without any visual token and each",
      "type's most frequent answer always stand in them.",
      "",
      "A data set is a .jsonl file of {\"image\", \"question\", \"answers\", \"type\", \"region\","
          + " \"regionReveals\"},",
      "or the published files of VQAv2, TextVQA or GQA."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar eval --split new-scenes --count 50 --methods crop,random"
          + " --budgets 64,28",
      "  java -jar quarkus-run.jar eval --split new-scenes --count 500 --methods"
          + " crop,fastv,divprune --budgets 128,64,28,13 --controls oracle,wrong-region,whole-image"
          + " --workers 2",
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
    relative_attention,
    none,
    /** The data set. */
    oracle;

    /** As the settings and the command line name it. */
    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Mixin private HelpOption help;

  @Mixin private EvalQuestions questions;

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
      description = {
        "Pruning methods (default: ${DEFAULT-VALUE}); one that uses a region may be given another,",
        "as in plc-pool/wrong-region. oracle stands for crop/oracle."
      })
  private List<String> methods;

  @Option(
      names = "--controls",
      paramLabel = "a,b",
      split = ",",
      description = {
        "Rows of crop with another region than its localizer's: oracle (the true one),",
        "wrong-region (as large, elsewhere), whole-image."
      })
  private List<String> controls = List.of();

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
        "attention, similarity, relative-attention, none, or oracle for the data set's own regions",
        "(default: the model's)."
      })
  private Regions localizer;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Copies of the model that answer side by side (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "" + EvaluationPlan.CONCURRENCY,
      description =
          "Questions asked at once, after those that are timed (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--timed",
      paramLabel = "N",
      defaultValue = "" + EvaluationPlan.TIMED,
      description = {
        "The first N questions are asked one at a time, to measure times (default:",
        "${DEFAULT-VALUE})."
      })
  private int timed;

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
    return questions.dataset();
  }

  EvaluationPlan plan() {
    return new EvaluationPlan(
        methods,
        budgets,
        controls.stream().map(Control::named).toList(),
        localizer == Regions.oracle,
        questions.limit(),
        timed,
        concurrency,
        questions.seed());
  }

  @Override
  public void check() {
    questions.check();
    model.ifPresent(folder -> Require.directory("--model", folder));
    Require.positive("--workers", workers);
    Require.positive("--concurrency", concurrency);
    Require.positive("--timed", timed);
    budgets.forEach(budget -> Require.positive("--budgets", budget));
    methods.forEach(method -> Require.usable("--methods", () -> EvaluationPlan.check(method)));
    controls.forEach(control -> Require.usable("--controls", () -> Control.named(control)));
    out.ifPresent(file -> Require.writable("--out", file));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(OfflineSettings.ALL);
    settings.put("crop.workers", Integer.toString(workers));
    settings.put("crop.queue-capacity", Integer.toString(concurrency));
    settings.put("crop.pruning.seed", Long.toString(questions.seed()));
    model.ifPresent(directory -> settings.put("crop.model", directory.toString()));
    device.ifPresent(name -> settings.put("crop.device", name));
    switch (localizer) {
      case attention, similarity, relative_attention ->
          settings.put("crop.localizer.kind", localizer.toString());
      case none, oracle -> settings.put("crop.localizer.kind", "none");
      case auto -> {} // as configured
    }
    return settings;
  }

  @Override
  public Broker broker() {
    return Broker.NONE;
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Eval.class).get().run(this);
  }
}
