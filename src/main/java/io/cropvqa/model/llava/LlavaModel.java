package io.cropvqa.model.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.PromptBuilder;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.plc.PlcFolder;
import io.cropvqa.model.processing.ChatTemplate;
import io.cropvqa.model.processing.EndTokens;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.ProcessedImage;
import io.cropvqa.model.processing.PromptEncoder;
import io.cropvqa.model.processing.TextTokenizer;
import io.cropvqa.model.vision.VisionTower;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.VisualTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A {@code LlavaForConditionalGeneration} checkpoint. */
public final class LlavaModel implements VisionLanguageModel {
  private final NDManager root;
  private final String name;
  private final String revision;
  private final LlavaConfig config;
  private final long weightBytes;
  private final ImageProcessor imageProcessor;
  private final TextTokenizer tokenizer;
  private final PromptBuilder prompts;
  private final EndTokens endTokens;
  private final VisionTower visionTower;
  private final Linear linear1;
  private final Linear linear2;
  private final LanguageModel languageModel;
  private final Optional<PlcNetwork> plc;

  /**
   * Reads a checkpoint.
   *
   * @param root taken over: owns the weights, closed with the model
   * @param decoder what the decoder has in place of the weights in the files
   * @throws IllegalArgumentException if a file is missing or says something unsupported; the
   *     message names it
   */
  public LlavaModel(Path directory, NDManager root, UnaryOperator<WeightSource> decoder) {
    this.root = root;
    name = directory.toAbsolutePath().normalize().getFileName().toString();
    revision = ModelRevision.of(directory);
    config = LlavaConfig.read(ConfigJson.read(directory));
    imageProcessor = ImageProcessor.load(directory);
    requirePicturesOfTheTowersSize();
    ChatTemplate template = ChatTemplate.load(directory);

    Weights weights = Weights.open(directory, LlavaWeightNames::canonical, root);
    visionTower =
        new VisionTower(
            config.vision(), config.visionFeatureLayer(), weights, LlavaWeightNames.TOWER);
    int seen = config.vision().hiddenSize();
    int hidden = config.text().hiddenSize();
    boolean bias = config.projectorBias();
    linear1 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_1", seen, hidden, bias);
    linear2 = Linear.read(weights, LlavaWeightNames.PROJECTOR + ".linear_2", hidden, hidden, bias);
    languageModel =
        new LanguageModel(
            root,
            config.text(),
            decoder.apply(weights),
            LlavaWeightNames.DECODER,
            LlavaWeightNames.HEAD);
    weights.ignore(LlavaWeightNames.HEAD + ".weight"); // some save tied weights twice
    weights.requireAllUsed();
    Optional<PlcFolder.Opened> trained = PlcFolder.open(directory, hidden, root);
    plc = trained.map(PlcFolder.Opened::network);
    weightBytes = weights.bytes() + trained.map(PlcFolder.Opened::bytes).orElse(0L);
    tokenizer = TextTokenizer.load(directory);
    endTokens = endTokens(directory);
    prompts =
        new PromptBuilder(
            new PromptEncoder(template, tokenizer), languageModel, config.imageTokenIndex());
  }

  @Override
  public VisualTokens encode(RgbImage image, NDManager memory) {
    ProcessedImage processed = imageProcessor.process(image);
    try (NDManager step = memory.newSubManager()) {
      Shape shape = new Shape(1, 3, processed.height(), processed.width());
      VisionTower.States states =
          visionTower.forward(step.create(processed.pixels(), shape)); // [T, D]
      NDArray features = states.hidden().get(config.hiddenTokens() + ":"); // [N, D]
      NDArray projected = project(features);
      projected.attach(memory);
      states.lastInput().attach(memory);
      return VisualTokens.all(projected, grid(processed))
          .from(visionTower.view(states.lastInput(), config.hiddenTokens()));
    }
  }

  /** The name that a weight in a file goes by here: the one that it is asked for and saved by. */
  public static String canonicalName(String stored) {
    return LlavaWeightNames.canonical(stored);
  }

  private EndTokens endTokens(Path directory) {
    try {
      return EndTokens.load(directory, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Whatever a picture's shape, the processor must make it as large as the tower takes it. */
  private void requirePicturesOfTheTowersSize() {
    int size = config.vision().imageSize();
    for (RgbImage shape : List.of(blank(2, 1), blank(1, 2))) {
      ProcessedImage processed = imageProcessor.process(shape);
      if (processed.height() != size || processed.width() != size) {
        throw new IllegalArgumentException(
            "preprocessor_config.json makes a %dx%d picture %dx%d, vision_config image_size is %d"
                .formatted(
                    shape.width(), shape.height(), processed.width(), processed.height(), size));
      }
    }
  }

  private static RgbImage blank(int width, int height) {
    return new RgbImage(width, height, new byte[3 * width * height], "blank");
  }

  /** The modality projector: [N, tower's D] to [N, decoder's D]. */
  private NDArray project(NDArray features) {
    return linear2.forward(config.projectorHiddenAct().apply(linear1.forward(features)));
  }

  private PatchGrid grid(ProcessedImage processed) {
    int side = config.vision().side();
    double seen = (double) side * config.vision().patchSize() / config.vision().imageSize();
    return new PatchGrid(config.classTokens(), side, side, processed.canvas().upperLeft(seen));
  }

  @Override
  public Prompt prompt(String question, VisualTokens tokens, NDManager memory) {
    return prompts.build(question, tokens, memory);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String revision() {
    return revision;
  }

  @Override
  public LanguageModel languageModel() {
    return languageModel;
  }

  @Override
  public Optional<PlcNetwork> plc() {
    return plc;
  }

  @Override
  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public boolean endsWith(int token) {
    return endTokens.contains(token);
  }

  @Override
  public NDManager newScope() {
    return root.newSubManager();
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public void close() {
    tokenizer.close();
    root.close();
  }
}
