package io.cropvqa.localization;

import io.cropvqa.model.processing.TextTokenizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The words of a question that name something to look for: not how it is asked, nor what kind of
 * answer it wants.
 */
final class ContentWords {
  private static final Set<String> OTHERS =
      Set.of(
          ("a an the this that these those it its there here what which who whose where when why"
               + " how many much is are was were be do does did has have can of on in at to from"
               + " for with by and or not next near behind beside left right above below under over"
               + " top bottom corner side number word text colour color sign object objects thing"
               + " things picture image photo weather yes no region")
              .split(" "));

  private final TextTokenizer tokenizer;

  ContentWords(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Token ids of the content words, each once; unknown words and punctuation are none. */
  int[] of(String question) {
    return Arrays.stream(question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty() && !OTHERS.contains(word))
        .flatMapToInt(this::known)
        .distinct()
        .toArray();
  }

  private IntStream known(String word) {
    return IntStream.of(tokenizer.encodeText(word)).filter(id -> tokenizer.isText(id));
  }
}
