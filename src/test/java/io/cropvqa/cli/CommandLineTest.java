package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.engine.trial.DecoderShape;
import io.cropvqa.evaluation.Control;
import io.cropvqa.evaluation.EvaluationPlan;
import io.cropvqa.evaluation.bench.Budget;
import io.cropvqa.evaluation.bench.DecoderPlan;
import io.cropvqa.evaluation.bench.EnginePlan;
import io.cropvqa.training.LearningRate;
import io.cropvqa.training.TrainingLimit;
import io.cropvqa.training.TrainingSettings;
import io.cropvqa.training.plc.PlcTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class CommandLineTest {
  @TempDir Path directory;
  private Path image;

  @BeforeEach
  void image() throws Exception {
    image = Files.createFile(directory.resolve("image.png"));
  }

  @Test
  void askTakesEveryOption() {
    AskCommand ask =
        parse(
            "ask --image %s --question What? --model %s --pruning crop --visual-tokens 64"
                    .formatted(image, directory)
                + " --region 2,1,4,3 --max-new-tokens 32 --device gpu:1 --dtype float16 --json");

    ask.check();
    assertThat(ask.options())
        .isEqualTo(
            new QuestionOptions(
                Optional.of("crop"),
                OptionalInt.of(64),
                OptionalInt.of(32),
                Optional.of(new ContextualRegion(2, 1, 4, 3)),
                Optional.empty(),
                0));
    assertThat(ask.settings())
        .containsEntry("crop.model", directory.toString())
        .containsEntry("crop.device", "gpu:1")
        .containsEntry("crop.dtype", "float16");
    assertThat(ask.json()).isTrue();
  }

  @Test
  void askNeedsNeitherBrokerNorHttpAndLeavesSettingsAloneThatItWasNotGiven() {
    AskCommand ask = parse("ask --image %s --question What?".formatted(image));

    assertThat(ask.broker()).isEqualTo(ApplicationCommand.Broker.NONE);
    assertThat(ask.settings())
        .containsEntry("mp.messaging.incoming.questions.enabled", "false")
        .containsEntry("quarkus.http.host-enabled", "false")
        .doesNotContainKeys("crop.model", "crop.device", "crop.dtype");
    assertThat(ask.options()).isEqualTo(QuestionOptions.DEFAULTS);
  }

  @Test
  void evalTakesEveryOption() {
    EvalCommand eval =
        parse(
            "eval --split new-scenes --count 2 --methods crop,plc-pool/oracle --budgets 64,13"
                + " --controls wrong-region,whole-image --localizer oracle --limit 5 --timed 3"
                + " --workers 2 --concurrency 4 --seed 3");

    eval.check();
    assertThat(eval.broker()).isEqualTo(ApplicationCommand.Broker.NONE);
    assertThat(eval.plan())
        .isEqualTo(
            new EvaluationPlan(
                List.of("crop", "plc-pool/oracle"),
                List.of(64, 13),
                List.of(Control.WRONG_REGION, Control.WHOLE_IMAGE),
                true,
                OptionalInt.of(5),
                3,
                4,
                3));
    assertThat(eval.settings())
        .containsEntry("crop.workers", "2")
        .containsEntry("crop.queue-capacity", "4")
        .containsEntry("crop.localizer.kind", "none")
        .containsEntry("crop.pruning.seed", "3")
        .doesNotContainKey("crop.model");
  }

  @Test
  void evalKeepsTheBatchOfOneModelFilledUnlessToldOtherwise() {
    EvalCommand eval = parse("eval --split new-scenes");

    assertThat(eval.settings()).containsEntry("crop.workers", "1");
    assertThat(eval.plan())
        .isEqualTo(
            new EvaluationPlan(
                List.of("crop"),
                List.of(192, 128, 64),
                List.of(),
                false,
                OptionalInt.empty(),
                100,
                8,
                0));
  }

  @Test
  void evalLeavesTheLocalizerToTheSettings() {
    EvalCommand eval = parse("eval --split new-scenes");

    assertThat(eval.settings()).doesNotContainKey("crop.localizer.kind");
    assertThat(eval.plan().budgets()).containsExactly(192, 128, 64);
  }

  @Test
  void evalNamesLocalizersAsTheSettingsDo() {
    EvalCommand eval = parse("eval --split new-scenes --localizer relative-attention");

    assertThat(eval.settings()).containsEntry("crop.localizer.kind", "relative-attention");
  }

  @Test
  void benchTakesEveryOptionOfAShape() {
    BenchCommand bench =
        parse(
            "bench --shape llava-1.5-7b --layers 2 --methods crop,fastv --budgets 64,11%"
                + " --text-tokens 30 --prompt-tokens 600,2400 --new-tokens 8 --rounds 3"
                + " --warm-up 2 --threads 2 --device cpu --json");

    bench.check();
    assertThat(bench.broker()).isEqualTo(ApplicationCommand.Broker.NONE);
    assertThat(bench.needsModels()).isFalse();
    assertThat(bench.json()).isTrue();
    assertThat(bench.shape()).contains(DecoderShape.named("llava-1.5-7b").first(2));
    assertThat(bench.decoderPlan())
        .isEqualTo(
            new DecoderPlan(
                List.of("crop", "fastv"),
                List.of(new Budget(64, false), new Budget(11, true)),
                30,
                List.of(600, 2400),
                8,
                3,
                2));
    assertThat(bench.settings())
        .containsEntry("crop.intra-op-threads", "2")
        .containsEntry("crop.device", "cpu");
  }

  @Test
  void benchAsksTheBundledModelUnlessToldOtherwise() {
    BenchCommand bench = parse("bench --questions 4 --concurrency 12 --seed 3");

    bench.check();
    assertThat(bench.needsModels()).isTrue();
    assertThat(bench.decoderAlone()).isFalse();
    assertThat(bench.enginePlan())
        .isEqualTo(
            new EnginePlan(
                List.of("crop"),
                List.of(
                    new Budget(50, true),
                    new Budget(25, true),
                    new Budget(11, true),
                    new Budget(5, true)),
                4,
                12,
                16,
                false,
                5,
                3));
    assertThat(bench.settings())
        .containsEntry("crop.queue-capacity", "12")
        .doesNotContainKeys("crop.model", "crop.device", "crop.intra-op-threads");
  }

  @Test
  void trainTakesEveryOption() {
    TrainCommand train =
        parse(
            "train --localizer --model %s --split train --count 3 --questions 4 --out %s/out"
                    .formatted(directory, directory)
                + " --steps 7 --batch 16 --learning-rate 0.01 --seed 5 --memory 64 --resume");

    train.check();
    assertThat(train.broker()).isEqualTo(ApplicationCommand.Broker.NONE);
    assertThat(train.needsModels()).isFalse();
    assertThat(train.settings()).containsEntry("crop.model", directory.toString());
    assertThat(train.training(true))
        .isEqualTo(
            new TrainingSettings(
                directory.resolve("out"),
                new TrainingLimit.Steps(7),
                16,
                LearningRate.of(0.01),
                5,
                64 << 20,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                true,
                "train, 3 x 4"));
  }

  @Test
  void trainTakesEveryOptionOfCompression() {
    TrainCommand train =
        parse(
            "train --plc --split train --count 3 --out %s/out".formatted(directory)
                + " --budgets 28,13 --regions localizer --joint");

    train.check();
    assertThat(train.subject()).isEqualTo(TrainCommand.Subject.PLC_AND_DECODER);
    assertThat(train.plcOptions().choices())
        .isEqualTo(new PlcTraining.Choices(List.of(28, 13), false, true));
    assertThat(train.training(false).batch()).isEqualTo(16);
    assertThat(train.training(false).learningRate()).isEqualTo(LearningRate.of(0.0003));
    assertThat(train.written()).isEqualTo(directory.resolve("out"));
  }

  @Test
  void compressionIsTrainedAloneFromTrueRegionsUnlessToldOtherwise() {
    TrainCommand train = parse("train --plc --dataset answers.jsonl --out out");

    assertThat(train.plcOptions().choices())
        .isEqualTo(new PlcTraining.Choices(List.of(13, 28, 64), true, false));
    assertThat(train.training(false).learningRate()).isEqualTo(LearningRate.of(0.001));
    assertThat(train.written()).isEqualTo(Path.of("out", "plc"));
  }

  @Test
  void trainTakesAQuarterOfAnHourUnlessToldOtherwise() {
    TrainCommand train = parse("train --localizer --dataset regions.jsonl --out out");

    assertThat(train.training(false).limit())
        .isEqualTo(new TrainingLimit.Time(Duration.ofMinutes(15)));
    assertThat(train.training(false).data()).isEqualTo("regions.jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "demo --once"})
  void theServiceNeedsABroker(String command) {
    ApplicationCommand parsed = parse(command);
    assertThat(parsed.broker()).isEqualTo(ApplicationCommand.Broker.ANY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ask --question What?                              | --image
          ask --image a.png                                 | --question
          ask --image a.png --question a --region 1,2,3     | four block numbers
          ask --image a.png --question a --region 1,2,3,x   | four block numbers
          ask --image a.png --question a --region 0,0,8,8   | region [0,0,8,8]
          ask --image a.png --question a --visual-tokens x  | --visual-tokens
          sing                                              | sing
          scenes --split test --count 1 --out x             | split "test" is unknown
          scenes --split train --out x                      | --count
          eval --split train --localizer magic              | --localizer
          eval --split train --budgets 64,x                 | --budgets
          bench --rounds x                                  | --rounds
          bench --prompt-tokens 600,x                       | --prompt-tokens
          train --localizer --split train                   | --out
          train --localizer --split train --out x --steps x | --steps
          """)
  void whatCanNotBeParsedIsNamed(String line, String named) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ask --image missing.png --question What?               | missing.png is no file
          ask --image IMAGE --question What? --model missing     | missing is no directory
          ask --image IMAGE --question What? --visual-tokens 0   | --visual-tokens must be
          ask --image IMAGE --question What? --max-new-tokens -1 | --max-new-tokens must be
          ask --image IMAGE --question What? --pruning magic     | --pruning: "magic" is unknown
          ask --image IMAGE --question=                          | --question is empty
          ask --image IMAGE --question a --overlay missing/a.png | missing is no directory
          ask --image IMAGE --image b.png --question a           | b.png is no file
          ask --image IMAGE --image IMAGE --question a --overlay a.png | --overlay needs exactly one --image, got 2
          ask --image IMAGE --image IMAGE --question a --region 0,0,1,1 | --region needs exactly one --image, got 2
          demo --pruning magic                                   | --pruning: "magic" is unknown
          demo --repeat 0                                        | --repeat must be
          demo --visual-tokens 0                                 | --visual-tokens must be
          scenes --split train --count 0 --out x                 | --count must be
          scenes --split train --count 1 --out IMAGE             | is no directory
          eval --methods crop                                    | either --dataset or --split
          eval --dataset IMAGE --split train                     | either --dataset or --split
          eval --dataset missing.jsonl                           | missing.jsonl is no file
          eval --split train --methods crop,magic                | --methods: "magic" is unknown
          eval --split train --methods crop/magic                | --methods: control "magic" is unknown
          eval --split train --methods fastv/oracle              | --methods: "fastv/oracle" makes no sense
          eval --split train --controls oracle,magic             | --controls: control "magic" is unknown
          eval --split train --concurrency 0                     | --concurrency must be
          eval --split train --workers 0                         | --workers must be
          eval --split train --timed 0                           | --timed must be
          eval --split train --budgets 64,0                      | --budgets must be
          eval --split train --limit 0                           | --limit must be
          eval --split train --model missing                     | missing is no directory
          eval --split train --out missing/report.json           | missing is no directory
          bench --shape magic                                    | --shape: "magic" is unknown
          bench --shape tiny --model DIRECTORY                   | either --shape or --model
          bench --layers 2                                       | --layers needs --shape
          bench --shape tiny --ignore-eos                        | --ignore-eos is for questions
          bench --shape tiny --layers 9                          | --layers: tiny has 1 to 8 layers
          bench --model missing                                  | missing is no directory
          bench --methods magic                                  | --methods: "magic" is unknown
          bench --budgets 64,many                                | --budgets: "many" must be
          bench --budgets 0%                                     | --budgets: "0%" must be
          bench --prompt-tokens 600,0                            | --prompt-tokens must be
          bench --text-tokens 0                                  | --text-tokens must be
          bench --new-tokens 0                                   | --new-tokens must be
          bench --questions 0                                    | --questions must be
          bench --concurrency 0                                  | --concurrency must be
          bench --rounds 0                                       | --rounds must be
          bench --warm-up 0                                      | --warm-up must be
          bench --threads 0                                      | --threads must be
          train --split train --out x                            | say what to train: --localizer or --plc
          train --localizer --plc --split train --out x          | say what to train: --localizer or --plc
          train --localizer --joint --split train --out x        | --joint goes with --plc
          train --plc --split train --out x --budgets 28,0       | --budgets must be
          train --plc --split train --out x --regions mine       | --regions must be true or localizer
          train --localizer --out x                              | either --dataset or --split
          train --localizer --dataset IMAGE --split train --out x | either --dataset or --split
          train --localizer --dataset missing.jsonl --out x      | missing.jsonl is no file
          train --localizer --split train --model missing --out x | missing is no directory
          train --localizer --split train --out IMAGE            | is no directory
          train --localizer --split train --out x --count 0      | --count must be
          train --localizer --split train --out x --questions 0  | --questions must be
          train --localizer --split train --out x --batch 0      | --batch must be
          train --localizer --split train --out x --steps 0      | --steps must be
          train --localizer --split train --out x --minutes 0    | --minutes must be
          train --localizer --split train --out x --minutes 1 --steps 1 | --steps or --minutes
          train --localizer --split train --out x --memory 0     | --memory must be
          train --localizer --split train --out x --learning-rate 1 | --learning-rate must be
          """)
  void whatCanNotWorkIsRefusedBeforeAnythingStarts(String line, String message) {
    ApplicationCommand command =
        parse(line.replace("IMAGE", image.toString()).replace("DIRECTORY", directory.toString()));

    assertThatThrownBy(command::check)
        .isInstanceOf(UnusableArgumentsException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "demo", "ask", "eval", "bench", "scenes", "train"})
  void everyHelpEndsWithExamples(String command) {
    CommandLine line = new CommandLine(new RootCommand());
    String help = (command.isEmpty() ? line : line.getSubcommands().get(command)).getUsageMessage();

    assertThat(help.substring(help.indexOf("Examples:")))
        .contains("java -jar quarkus-run.jar " + (command.isEmpty() ? "demo" : command));
  }

  private static <T extends ApplicationCommand> T parse(String line) {
    String[] args = line.isBlank() ? new String[0] : line.split(" +");
    var parsed = new CommandLine(new RootCommand()).parseArgs(args).asCommandLineList();
    return parsed.get(parsed.size() - 1).getCommand();
  }
}
