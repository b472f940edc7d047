package io.cropvqa.evaluation.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * English contractions, found again where people leave an apostrophe out: {@code dont}, {@code
 * couldn'tve}. Words that are something else without it ({@code its}, {@code were}, {@code ill})
 * are left alone.
 */
final class Contractions {
  private static final List<String> WORDS =
      List.of(
          "ain't",
          "aren't",
          "can't",
          "could've",
          "couldn't",
          "couldn't've",
          "didn't",
          "doesn't",
          "don't",
          "hadn't",
          "hadn't've",
          "hasn't",
          "haven't",
          "he'd",
          "he'd've",
          "he's",
          "how'd",
          "how'll",
          "how's",
          "i'd've",
          "isn't",
          "it'd",
          "it'd've",
          "it'll",
          "ma'am",
          "mightn't",
          "mightn't've",
          "might've",
          "mustn't",
          "must've",
          "needn't",
          "not've",
          "o'clock",
          "oughtn't",
          "shan't",
          "she'd've",
          "should've",
          "shouldn't",
          "shouldn't've",
          "somebody'd've",
          "somebody'll",
          "somebody's",
          "someone'd",
          "someone'd've",
          "someone'll",
          "someone's",
          "something'd",
          "something'd've",
          "something'll",
          "that's",
          "there'd",
          "there'd've",
          "there're",
          "there's",
          "they'd",
          "they'd've",
          "they'll",
          "they're",
          "they've",
          "'twas",
          "wasn't",
          "we'd've",
          "we've",
          "weren't",
          "what'll",
          "what're",
          "what's",
          "what've",
          "when's",
          "where'd",
          "where's",
          "where've",
          "who'd",
          "who'd've",
          "who'll",
          "who's",
          "who've",
          "why'll",
          "why're",
          "why's",
          "won't",
          "would've",
          "wouldn't",
          "wouldn't've",
          "y'all",
          "y'all'll",
          "y'all'd've",
          "you'd",
          "you'd've",
          "you'll",
          "you're",
          "you've");

  private static final Map<String, String> BY_MISSPELLING = misspellings();

  private Contractions() {}

  /** The contraction that a word stands for, else the word. */
  static String restored(String word) {
    return BY_MISSPELLING.getOrDefault(word, word);
  }

  private static Map<String, String> misspellings() {
    Map<String, String> contractions = new HashMap<>();
    for (String word : WORDS) {
      contractions.put(word.replace("'", ""), word);
      for (int at = word.indexOf('\''); at >= 0; at = word.indexOf('\'', at + 1)) {
        contractions.put(word.substring(0, at) + word.substring(at + 1), word);
      }
    }
    return contractions;
  }
}
