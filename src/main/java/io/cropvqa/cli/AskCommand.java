package io.cropvqa.cli;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.QuestionOptions;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks one question without Kafka. */
@Command(
    name = "ask",
    description =
        "Asks one question about one or more images, without Kafka, and prints the answer.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar quarkus-run.jar ask --image street.jpg --question \"How many cars are there?\"",
      "  java -jar quarkus-run.jar ask --image street.jpg --question \"What does the sign say?\""
          + " --region 4,0,7,3 --visual-tokens 64 --overlay kept.png --json",
      "  java -jar quarkus-run.jar ask --image before.jpg --image after.jpg"
          + " --question \"What has changed?\" --model DIR"
    })
final class AskCommand implements ApplicationCommand {

  @Mixin private HelpOption help;

  @Option(
      names = "--image",
      paramLabel = "F",
      required = true,
      description = "The image file; again for each further image, in their order.")
  private List<Path> images = List.of();

  @Option(names = "--question", paramLabel = "Q", required = true, description = "What to ask.")
  private String question;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory in Hugging Face layout; the bundled model without.")
  private Optional<Path> model = Optional.empty();

  @Option(names = "--pruning", paramLabel = "NAME", description = "Pruning method.")
  private Optional<String> pruning = Optional.empty();

  @Option(
      names = "--visual-tokens",
      paramLabel = "N",
      description = "Budget: visual tokens it may cost, averaged over the layers.")
  private Optional<Integer> visualTokens = Optional.empty();

  @Option(
      names = "--region",
      paramLabel = "x0,y0,x1,y1",
      converter = RegionConverter.class,
      description = "Where to look: inclusive block numbers on an 8x8 grid over the only image.")
  private Optional<ContextualRegion> region = Optional.empty();

  @Option(names = "--max-new-tokens", paramLabel = "N", description = "Longest answer.")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Option(names = "--device", paramLabel = "D", description = "cpu, gpu or one gpu as gpu:1.")
  private Optional<String> device = Optional.empty();

  @Option(names = "--dtype", paramLabel = "T", description = "Number type, such as float32.")
  private Optional<String> dtype = Optional.empty();

  @Option(names = "--json", description = "Prints the answer event with the generated token ids.")
  private boolean json;

  @Option(
      names = "--overlay",
      paramLabel = "F.png",
      description = "Draws region and pruned patches of the only image into this file.")
  private Optional<Path> overlay = Optional.empty();

  List<Path> images() {
    return images;
  }

  String question() {
    return question;
  }

  boolean json() {
    return json;
  }

  Optional<Path> overlay() {
    return overlay;
  }

  QuestionOptions options() {
    return new QuestionOptions(
        pruning, optional(visualTokens), optional(maxNewTokens), region, Optional.empty(), 0);
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  @Override
  public void check() {
    images.forEach(image -> Require.file("--image", image));
    if (question.isBlank()) {
      throw new UnusableArgumentsException("--question is empty: ask something about the image");
    }
    model.ifPresent(directory -> Require.directory("--model", directory));
    pruning.ifPresent(name -> Require.pruningMethod("--pruning", name));
    visualTokens.ifPresent(budget -> Require.positive("--visual-tokens", budget));
    maxNewTokens.ifPresent(tokens -> Require.positive("--max-new-tokens", tokens));
    overlay.ifPresent(file -> Require.writable("--overlay", file));
    region.ifPresent(box -> requireOneImage("--region"));
    overlay.ifPresent(file -> requireOneImage("--overlay"));
  }

  private void requireOneImage(String option) {
    if (images.size() > 1) {
      throw new UnusableArgumentsException(
          "%s needs exactly one --image, got %d: leave it out or ask about each image alone"
              .formatted(option, images.size()));
    }
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(OfflineSettings.ALL);
    model.ifPresent(directory -> settings.put("crop.model", directory.toString()));
    device.ifPresent(name -> settings.put("crop.device", name));
    dtype.ifPresent(name -> settings.put("crop.dtype", name));
    return settings;
  }

  @Override
  public Broker broker() {
    return Broker.NONE;
  }

  @Override
  public int run(Instance<Object> beans) {
    return beans.select(Ask.class).get().run(this);
  }
}
