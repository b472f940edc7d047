package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.List;
import java.util.Locale;

/** Text and tables in Markdown, and how figures are written in them. */
public final class MarkdownTable {
  private final StringBuilder text = new StringBuilder();

  public void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** A table's first row and the rule under it. */
  public void head(List<String> cells) {
    row(cells);
    line("|---".repeat(cells.size()) + "|");
  }

  public void row(List<String> cells) {
    line("%s", "| " + String.join(" | ", cells) + " |");
  }

  /** In per cent, with its interval. */
  static String estimate(Estimate estimate) {
    return estimate == null
        ? ""
        : "%s (%s to %s)"
            .formatted(
                percent(estimate.value()), percent(estimate.low()), percent(estimate.high()));
  }

  /** In points, signed, with its interval. */
  static String points(Estimate difference) {
    return difference == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%+.1f (%+.1f to %+.1f)",
            100 * difference.value(),
            100 * difference.low(),
            100 * difference.high());
  }

  public static String percent(double share) {
    return number("%.1f", 100 * share);
  }

  public static String number(String format, Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
