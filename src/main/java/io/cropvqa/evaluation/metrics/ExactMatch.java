package io.cropvqa.evaluation.metrics;

import java.util.List;
import java.util.Locale;

/**
 * Whether an answer is, letter by letter, one of the known ones; case and a last full stop aside.
 */
public final class ExactMatch {

  private ExactMatch() {}

  public static boolean of(String answer, List<String> answers) {
    return answers.stream().anyMatch(known -> bare(known).equals(bare(answer)));
  }

  private static String bare(String answer) {
    String text = answer.strip().toLowerCase(Locale.ROOT);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
