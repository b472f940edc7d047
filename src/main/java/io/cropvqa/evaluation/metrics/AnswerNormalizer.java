package io.cropvqa.evaluation.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes answers comparable as the official VQA evaluation does ({@code vqaEval.py} of
 * GT-Vision-Lab/VQA): punctuation goes, then articles; number words become digits and contractions
 * get their apostrophes back.
 */
public final class AnswerNormalizer {
  private static final List<String> PUNCTUATION =
      List.of(
          ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@",
          "`", ",", "?", "!");

  private static final Pattern DIGITS_AROUND_COMMA = Pattern.compile("\\d,\\d");

  /** A full stop that is no decimal point. */
  private static final Pattern FULL_STOP = Pattern.compile("\\.(?!\\d)");

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private static final Map<String, String> NUMBERS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));

  private AnswerNormalizer() {}

  public static String normalize(String answer) {
    String line = answer.replace('\n', ' ').replace('\t', ' ').strip();
    List<String> words = new ArrayList<>();
    for (String word : withoutPunctuation(line).toLowerCase(Locale.ROOT).strip().split("\\s+")) {
      String number = NUMBERS.getOrDefault(word, word);
      if (!ARTICLES.contains(number)) {
        words.add(Contractions.restored(number));
      }
    }
    return String.join(" ", words);
  }

  /** A mark at a word's edge goes without a trace; between two words it leaves a space. */
  private static String withoutPunctuation(String text) {
    boolean digits = DIGITS_AROUND_COMMA.matcher(text).find();
    String bare = text;
    for (String mark : PUNCTUATION) {
      boolean atEdge = text.contains(mark + " ") || text.contains(" " + mark);
      bare = bare.replace(mark, atEdge || digits ? "" : " ");
    }
    return FULL_STOP.matcher(bare).replaceAll("");
  }
}
