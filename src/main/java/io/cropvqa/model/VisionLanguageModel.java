package io.cropvqa.model;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.plc.PlcFolder;
import io.cropvqa.model.processing.ChatTemplate;
import io.cropvqa.model.processing.EndTokens;
import io.cropvqa.model.processing.PromptEncoder;
import io.cropvqa.model.processing.TextTokenizer;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.QuestionWords;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.NumberType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A checkpoint that answers questions about images, on one device: a vision encoder, a decoder, and
 * the prompt that brings both together. What differs between families is their {@link
 * Architecture}.
 *
 * <p>Safe for use by many threads, each with sequences of its own.
 */
public final class VisionLanguageModel implements AutoCloseable {
  private final NDManager root;
  private final String name;
  private final String revision;
  private final long weightBytes;
  private final VisionEncoder visionEncoder;
  private final LanguageModel languageModel;
  private final PromptBuilder prompts;
  private final TextTokenizer tokenizer;
  private final EndTokens endTokens;
  private final Optional<PlcNetwork> plc;

  /**
   * Reads a checkpoint.
   *
   * @param root taken over: owns the weights, closed with the model
   * @param type how the weights of linear layers are held
   * @param decoder what the decoder has in place of the weights in the files
   * @throws IllegalArgumentException if a file is missing or says something unsupported; the
   *     message names it
   */
  VisionLanguageModel(
      Path directory,
      ModelFamily family,
      NDManager root,
      NumberType type,
      UnaryOperator<WeightSource> decoder) {
    this.root = root;
    name = directory.toAbsolutePath().normalize().getFileName().toString();
    revision = ModelRevision.of(directory);
    Architecture architecture = family.read(directory);
    ChatTemplate template = ChatTemplate.load(directory);

    Weights weights = Weights.open(directory, family::canonicalName, root, type);
    visionEncoder = architecture.vision().apply(weights);
    languageModel =
        new LanguageModel(
            root,
            architecture.text(),
            decoder.apply(weights),
            architecture.decoder(),
            architecture.head(),
            type);
    weights.ignore(architecture.head() + ".weight"); // some save tied weights twice
    weights.requireAllUsed();
    Optional<PlcFolder.Opened> trained =
        PlcFolder.open(directory, architecture.text().hiddenSize(), root);
    plc = trained.map(PlcFolder.Opened::network);
    weightBytes =
        weights.bytes()
            - languageModel.bytesSaved()
            + trained.map(PlcFolder.Opened::bytes).orElse(0L);
    tokenizer = TextTokenizer.load(directory);
    endTokens = endTokens(directory);
    prompts =
        new PromptBuilder(
            new PromptEncoder(template, tokenizer),
            languageModel,
            architecture.promptLayout(),
            visionEncoder.rowEnd());
  }

  private EndTokens endTokens(Path directory) {
    try {
      return EndTokens.load(directory, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Name of the checkpoint's directory. */
  public String name() {
    return name;
  }

  /** Digest of the checkpoint's files. */
  public String revision() {
    return revision;
  }

  /**
   * Pixels to visual tokens: image processor, vision encoder, modality projector.
   *
   * @param memory owns the result; its scope is the question
   */
  public VisualTokens encode(RgbImage image, NDManager memory) {
    return visionEncoder.encode(image, memory);
  }

  /**
   * The chat template's user turn about some images, visual tokens in their places.
   *
   * @param images for each image all of its tokens, or what Pre-LLM Compression left; dropped ones
   *     leave gaps in the position ids
   * @param memory owns the result
   */
  public Prompt prompt(String question, List<VisualTokens> images, NDManager memory) {
    return prompts.build(question, images, memory);
  }

  /** As {@link #prompt(String, List, NDManager)}, about one image. */
  public Prompt prompt(String question, VisualTokens image, NDManager memory) {
    return prompt(question, List.of(image), memory);
  }

  /** Ids of the unpruned prompt, as the reference's processor gives them. */
  public int[] promptIds(String question, List<VisualTokens> images) {
    return prompts.ids(question, images);
  }

  /** A question as pruning methods read it: its own words, none of the template's. */
  public QuestionWords words(String question) {
    return scope -> languageModel.embed(questionTokens(question), scope);
  }

  /** Ids of a question's own words, none of the template's. */
  public int[] questionTokens(String question) {
    return tokenizer.encodeText(tokenizer.withoutSpecialTokens(question));
  }

  public LanguageModel languageModel() {
    return languageModel;
  }

  /** The compression that was trained for the checkpoint, if its directory holds one. */
  public Optional<PlcNetwork> plc() {
    return plc;
  }

  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** Whether a token ends an answer. */
  public boolean endsWith(int token) {
    return endTokens.contains(token);
  }

  /** The token that an answer is taught to end with: the tokenizer's own, if it ends one. */
  public OptionalInt endToken() {
    OptionalInt own = tokenizer.endOfSequence();
    return own.isPresent() && endsWith(own.getAsInt()) ? own : OptionalInt.empty();
  }

  /** A new scope on the model's device; whoever asks for it closes it. */
  public NDManager newScope() {
    return root.newSubManager();
  }

  /** Bytes of weights on the device. */
  public long weightBytes() {
    return weightBytes;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    tokenizer.close();
    root.close();
  }
}
