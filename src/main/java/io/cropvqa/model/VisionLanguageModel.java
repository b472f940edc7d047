package io.cropvqa.model;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.processing.TextTokenizer;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.QuestionWords;
import io.cropvqa.pruning.VisualTokens;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A checkpoint that answers questions about images, on one device. One folder a family implements
 * it.
 *
 * <p>Used by one thread at a time.
 */
public interface VisionLanguageModel extends AutoCloseable {

  /** Name of the checkpoint's directory. */
  String name();

  /** Digest of the checkpoint's files. */
  String revision();

  /**
   * Pixels to visual tokens: image processor, vision encoder, modality projector.
   *
   * @param memory owns the result; its scope is the question
   */
  VisualTokens encode(RgbImage image, NDManager memory);

  /**
   * The chat template's user turn about one image, visual tokens in their place.
   *
   * @param tokens all of them, or what Pre-LLM Compression left; dropped ones leave gaps in the
   *     position ids
   * @param memory owns the result
   */
  Prompt prompt(String question, VisualTokens tokens, NDManager memory);

  /** A question as pruning methods read it: its own words, none of the template's. */
  default QuestionWords words(String question) {
    return scope -> languageModel().embed(questionTokens(question), scope);
  }

  /** Ids of a question's own words, none of the template's. */
  default int[] questionTokens(String question) {
    return tokenizer().encodeText(tokenizer().withoutSpecialTokens(question));
  }

  LanguageModel languageModel();

  /** The compression that was trained for the checkpoint, if its directory holds one. */
  Optional<PlcNetwork> plc();

  TextTokenizer tokenizer();

  /** Whether a token ends an answer. */
  boolean endsWith(int token);

  /** The token that an answer is taught to end with: the tokenizer's own, if it ends one. */
  default OptionalInt endToken() {
    OptionalInt own = tokenizer().endOfSequence();
    return own.isPresent() && endsWith(own.getAsInt()) ? own : OptionalInt.empty();
  }

  /** A new scope on the model's device; whoever asks for it closes it. */
  NDManager newScope();

  /** Bytes of weights on the device. */
  long weightBytes();

  /** Frees the weights. */
  @Override
  void close();
}
