package io.cropvqa.evaluation.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Visual tokens that a question may cost, averaged over the layers.
 *
 * @param amount tokens, or per cent of the picture's
 * @param percent whether it is per cent
 */
public record Budget(double amount, boolean percent) {
  private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)(%?)");

  /**
   * Reads {@code 64} or {@code 11%}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Budget parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" must be a number of tokens such as 64, or a share such as 11%%".formatted(text));
    }
    double amount = Double.parseDouble(matcher.group(1));
    boolean percent = !matcher.group(2).isEmpty();
    boolean fits = percent ? amount > 0 && amount <= 100 : amount >= 1 && amount % 1 == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "\"%s\" must be at least 1 whole token, or a share above 0%% and at most 100%%"
              .formatted(text));
    }
    return new Budget(amount, percent);
  }

  /** Of a picture of so many visual tokens: at least one. */
  public int of(int visualTokens) {
    return (int) Math.max(1, Math.round(percent ? amount / 100 * visualTokens : amount));
  }
}
