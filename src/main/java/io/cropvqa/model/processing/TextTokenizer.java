package io.cropvqa.model.processing;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A checkpoint's tokenizer.json: text to token ids and back.
 *
 * <p>Holds native memory until closed. Safe for use by many threads.
 */
public final class TextTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final SpecialTokens specialTokens;

  private TextTokenizer(
      HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, SpecialTokens specialTokens) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.specialTokens = specialTokens;
  }

  /**
   * @throws IllegalArgumentException if the directory has no tokenizer.json
   */
  public static TextTokenizer load(Path modelDirectory) {
    ModelFiles files = new ModelFiles(modelDirectory);
    JsonNode json =
        files
            .json("tokenizer.json")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s has no tokenizer.json: save the model's fast tokenizer there"
                            .formatted(modelDirectory)));
    Path file = modelDirectory.resolve("tokenizer.json");
    try {
      // The library would cut texts to 512 tokens and pad them, unless told not to.
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(false)
              .optPadding(false)
              .build();
      return new TextTokenizer(tokenizer, Vocabulary.of(json), SpecialTokens.load(files));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  /**
   * The ids of a whole prompt. Special tokens in it are recognized; those that the tokenizer puts
   * around a text are added, unless the prompt brings its beginning-of-sequence token (as in
   * transformers' {@code ProcessorMixin.apply_chat_template}).
   */
  public int[] encode(String prompt) {
    boolean begins = specialTokens.bos().filter(prompt::startsWith).isPresent();
    return encode(prompt, !begins);
  }

  /** The ids of a piece of text alone: nothing is put around it. */
  public int[] encodeText(String text) {
    return encode(text, false);
  }

  private int[] encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** Text of the ids; special tokens, and ids that the vocabulary doesn't have, are left out. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  public OptionalInt idOf(String token) {
    Integer id = vocabulary.ids().get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token as the vocabulary spells it; empty for an id that it doesn't have. */
  public String tokenOf(int id) {
    return vocabulary.tokens().getOrDefault(id, "");
  }

  /**
   * Whether an id steers the model (a beginning, an end, a picture) rather than stand for text. The
   * id of unknown text does stand for text.
   */
  public boolean isControl(int id) {
    return !isUnknown(id) && vocabulary.special().contains(id);
  }

  /** Whether an id stands for a piece of text that the vocabulary knows. */
  public boolean isText(int id) {
    return !vocabulary.special().contains(id) && !isUnknown(id);
  }

  private boolean isUnknown(int id) {
    return vocabulary.unknown().isPresent() && vocabulary.unknown().getAsInt() == id;
  }

  /** Id of the token that ends an answer, if the checkpoint names one. */
  public OptionalInt endOfSequence() {
    return specialTokens.eos().map(this::idOf).orElse(OptionalInt.empty());
  }

  /**
   * The text with a blank inside each special token's text, so that none is recognized: {@code
   * </s>} becomes {@code < /s>}. Other text comes back as it is.
   *
   * <p>Encoding the text apart from its prompt would do as well, were it not that words are
   * tokenized differently at the start of a piece.
   */
  public String withoutSpecialTokens(String text) {
    String plain = text;
    for (String token : vocabulary.specialTexts()) {
      int second = token.offsetByCodePoints(0, 1);
      plain = plain.replace(token, token.substring(0, second) + " " + token.substring(second));
    }
    return plain;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
