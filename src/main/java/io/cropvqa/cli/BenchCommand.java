package io.cropvqa.cli;

import io.cropvqa.engine.trial.DecoderShape;
import io.cropvqa.evaluation.bench.Budget;
import io.cropvqa.evaluation.bench.DecoderPlan;
import io.cropvqa.evaluation.bench.EnginePlan;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures times against the budget. */
@Command(
    name = "bench",
    description = {
      "Measures time against the budget of visual tokens, round by round, and prints medians with",
      "quartiles as Markdown tables.",
      "",
      "With --shape: prefill and decode of a decoder with random weights in the shape of a"
          + " published",
      "model, beside what the machine does at best. Without: questions about generated pictures to"
          + " a",
      "checkpoint, end to end, one at a time and many at once. With --prompt-tokens: prefill and",
      "decode of plain prompts, of the shape or the checkpoint."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar bench",
      "  java -jar quarkus-run.jar bench --shape llava-1.5-7b --budgets 64,11%% --rounds 5",
      "  java -jar quarkus-run.jar bench --shape llava-next-13b --budgets 160 --layers 8",
      "  java -jar quarkus-run.jar bench --shape llama-1b --prompt-tokens 600,2400 --threads 1"
          + " --json"
    })
final class BenchCommand implements ApplicationCommand {
  @Mixin private HelpOption help;

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description = "Shape of a decoder with random weights, such as llava-1.5-7b.")
  private Optional<String> shape = Optional.empty();

  @Option(names = "--layers", paramLabel = "N", description = "Only the first N layers of --shape.")
  private Optional<Integer> layers = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory in Hugging Face layout; the bundled model without.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N,N",
      split = ",",
      description = "Instead of pictures, plain prompts of so many tokens.")
  private List<Integer> promptTokens = List.of();

  @Option(
      names = "--text-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Text around the picture, with --shape (default: ${DEFAULT-VALUE}).")
  private int textTokens;

  @Option(
      names = "--methods",
      paramLabel = "a,b",
      split = ",",
      defaultValue = "crop",
      description = "Pruning methods (default: ${DEFAULT-VALUE}); none is always measured.")
  private List<String> methods;

  @Option(
      names = "--budgets",
      paramLabel = "N,N%",
      split = ",",
      defaultValue = "50%,25%,11%,5%",
      description = {
        "Visual tokens that may be spent, averaged over the layers, or their share of the"
            + " picture's",
        "(default: ${DEFAULT-VALUE})."
      })
  private List<String> budgets;

  @Option(
      names = "--new-tokens",
      paramLabel = "N",
      defaultValue = "16",
      description = {
        "Tokens to decode after a prefill, or most tokens of an answer (default: ${DEFAULT-VALUE})."
      })
  private int newTokens;

  @Option(
      names = "--ignore-eos",
      description = {
        "Every answer has --new-tokens tokens, whatever the model says: throughput that compares",
        "with other servers' and other models'."
      })
  private boolean ignoreEos;

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "16",
      description = {
        "Questions to a checkpoint with each method and budget in each round (default:",
        "${DEFAULT-VALUE})."
      })
  private int questions;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Clients that ask a checkpoint at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds that count, after one that warms up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "15",
      description = {
        "Seconds that a prompt is repeated for before rounds count, once at least (default:",
        "${DEFAULT-VALUE})."
      })
  private int warmUp;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation; half of the processors without.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "0",
      description = "Other seeds, other pictures.")
  private long seed;

  @Option(names = "--device", paramLabel = "D", description = "cpu, or one gpu as gpu:0.")
  private Optional<String> device = Optional.empty();

  @Option(names = "--json", description = "Prints the report as JSON instead of Markdown.")
  private boolean json;

  /** The shape to measure, with as many layers as wanted. */
  Optional<DecoderShape> shape() {
    return shape
        .map(DecoderShape::named)
        .map(all -> layers.isPresent() ? all.first(layers.get()) : all);
  }

  /** Whether the decoder is measured by itself. */
  boolean decoderAlone() {
    return shape.isPresent() || !promptTokens.isEmpty();
  }

  boolean json() {
    return json;
  }

  DecoderPlan decoderPlan() {
    return new DecoderPlan(
        methods, parsedBudgets(), textTokens, promptTokens, newTokens, rounds, warmUp);
  }

  EnginePlan enginePlan() {
    return new EnginePlan(
        methods, parsedBudgets(), questions, concurrency, newTokens, ignoreEos, rounds, seed);
  }

  private List<Budget> parsedBudgets() {
    return budgets.stream().map(Budget::parse).toList();
  }

  @Override
  public void check() {
    shape.ifPresent(name -> Require.usable("--shape", () -> DecoderShape.named(name)));
    model.ifPresent(folder -> Require.directory("--model", folder));
    if (shape.isPresent() && model.isPresent()) {
      throw new UnusableArgumentsException("give either --shape or --model");
    }
    if (ignoreEos && decoderAlone()) {
      throw new UnusableArgumentsException(
          "--ignore-eos is for questions: a decoder alone always decodes --new-tokens tokens");
    }
    if (layers.isPresent() && shape.isEmpty()) {
      throw new UnusableArgumentsException("--layers needs --shape");
    }
    Require.usable("--layers", this::shape);
    promptTokens.forEach(tokens -> Require.positive("--prompt-tokens", tokens));
    Require.positive("--text-tokens", textTokens);
    methods.forEach(method -> Require.pruningMethod("--methods", method));
    Require.usable("--budgets", this::parsedBudgets);
    Require.positive("--new-tokens", newTokens);
    Require.positive("--questions", questions);
    Require.positive("--concurrency", concurrency);
    Require.positive("--rounds", rounds);
    Require.positive("--warm-up", warmUp);
    threads.ifPresent(count -> Require.positive("--threads", count));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(OfflineSettings.ALL);
    settings.put("crop.queue-capacity", Integer.toString(concurrency));
    model.ifPresent(directory -> settings.put("crop.model", directory.toString()));
    device.ifPresent(name -> settings.put("crop.device", name));
    threads.ifPresent(count -> settings.put("crop.intra-op-threads", Integer.toString(count)));
    return settings;
  }

  @Override
  public Broker broker() {
    return Broker.NONE;
  }

  @Override
  public boolean needsModels() {
    return !decoderAlone();
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Bench.class).get().run(this);
  }
}
