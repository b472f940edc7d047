package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.processing.PromptEncoder;
import io.cropvqa.pruning.VisualTokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Puts visual tokens into the chat template's text, for models that number text and visual tokens
 * alike, one after another.
 *
 * <p>Worked example: "USER: &lt;image&gt; what?" as four tokens with N = 256 has positions 0,
 * 1..256, 257, 258. Keeping only tokens 7 and 9 leaves 0, 8, 10, 257, 258, and the answer begins at
 * 259 either way.
 */
public final class PromptBuilder {
  private final PromptEncoder encoder;
  private final LanguageModel languageModel;
  private final int imageToken;

  /**
   * @param imageToken id of the placeholder in the template's text
   */
  public PromptBuilder(PromptEncoder encoder, LanguageModel languageModel, int imageToken) {
    this.encoder = encoder;
    this.languageModel = languageModel;
    this.imageToken = imageToken;
  }

  /**
   * @param tokens what is left of the image's tokens
   * @param memory owns the prompt
   */
  public Prompt build(String question, VisualTokens tokens, NDManager memory) {
    int[] ids = encoder.encode(question);
    int image = placeholder(ids);
    int full = tokens.grid().size();
    try (NDManager step = memory.newSubManager()) {
      NDList parts = new NDList(3);
      addText(parts, Arrays.copyOfRange(ids, 0, image), step);
      parts.add(tokens.embeddings());
      addText(parts, Arrays.copyOfRange(ids, image + 1, ids.length), step);
      NDArray embeddings = RaggedBatch.concat(parts); // [T, D]
      embeddings.attach(memory);
      int tail = ids.length - image - 1;
      return new Prompt(
          embeddings,
          joined(range(0, image), shifted(tokens.patches(), image), range(image + full, tail)),
          joined(filled(image, Prompt.TEXT), tokens.patches(), filled(tail, Prompt.TEXT)),
          joined(filled(image, 1), tokens.members(), filled(tail, 1)),
          image + full + tail);
    }
  }

  private void addText(NDList parts, int[] ids, NDManager step) {
    if (ids.length > 0) {
      parts.add(languageModel.embed(ids, step));
    }
  }

  private int placeholder(int[] ids) {
    int[] places = IntStream.range(0, ids.length).filter(i -> ids[i] == imageToken).toArray();
    if (places.length != 1) {
      throw new IllegalArgumentException(
          "the chat template must put one image token (id %d) into the prompt, it put %d"
              .formatted(imageToken, places.length));
    }
    return places[0];
  }

  private static int[] range(int from, int count) {
    return IntStream.range(from, from + count).toArray();
  }

  private static int[] shifted(int[] numbers, int by) {
    return IntStream.of(numbers).map(number -> number + by).toArray();
  }

  private static int[] filled(int count, int value) {
    return IntStream.generate(() -> value).limit(count).toArray();
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }
}
