package io.cropvqa.evaluation;

import io.cropvqa.evaluation.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as Markdown tables: all questions, each type, and how well regions were found. */
public final class MarkdownReport {
  private final EvaluationReport report;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(EvaluationReport report) {
    this.report = report;
  }

  public static String of(EvaluationReport report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.head();
    markdown.rows();
    markdown.types();
    if (!report.localization().isEmpty()) {
      markdown.localization();
    }
    return markdown.text.toString();
  }

  private void head() {
    line(
        "%d questions about %d pictures of %s; model %s (%s) on %s, %s, %d processors; seed %d,"
            + " regions: %s.",
        report.questions(),
        report.pictures(),
        report.dataset(),
        report.model().name(),
        report.model().revision(),
        report.model().device(),
        report.machine().cpu(),
        report.machine().processors(),
        report.settings().seed(),
        report.settings().regions());
    line("");
  }

  private void rows() {
    table(
        "method",
        "budget",
        "tokens a layer",
        "exact match",
        "VQA accuracy",
        "of full",
        "median ms",
        "of full",
        "localize ms");
    for (Row row : report.rows()) {
      cells(
          row.method(),
          budget(row),
          number("%.1f", row.averageVisualTokens()),
          estimate(row.score().exactMatch()),
          estimate(row.score().vqaAccuracy()),
          row.retention() == null ? "" : percent(row.retention()),
          number("%.1f", row.medianMs()),
          number("%.2f", row.timeRatio()),
          number("%.1f", row.medianLocalizeMs()));
    }
    line("");
    if (report.failed() > 0) {
      line("%d answers are missing and count as wrong.", report.failed());
      line("");
    }
  }

  private void types() {
    List<String> types = List.copyOf(report.rows().get(0).byType().keySet());
    List<String> head = new ArrayList<>(List.of("exact match", "budget"));
    Row first = report.rows().get(0);
    types.forEach(
        type -> head.add("%s (%d)".formatted(type, first.byType().get(type).questions())));
    table(head.toArray(String[]::new));
    for (Row row : report.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.method(), budget(row)));
      types.forEach(type -> cells.add(percent(row.byType().get(type).exactMatch().mean())));
      cells(cells.toArray(String[]::new));
    }
    line("");
  }

  private void localization() {
    table("region of", "questions", "IoU", "recall", "area", "true area", "fallback");
    report
        .localization()
        .forEach(
            (type, score) ->
                cells(
                    type,
                    Integer.toString(score.questions()),
                    number("%.2f", score.iou()),
                    number("%.2f", score.recall()),
                    number("%.2f", score.area()),
                    number("%.2f", score.trueArea()),
                    number("%.2f", score.fallbacks())));
  }

  private static String budget(Row row) {
    return row.budget() == null ? "" : row.budget().toString();
  }

  private static String estimate(Estimate estimate) {
    return "%s (%s to %s)"
        .formatted(percent(estimate.mean()), percent(estimate.low()), percent(estimate.high()));
  }

  private static String percent(double share) {
    return number("%.1f", 100 * share);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void table(String... head) {
    cells(head);
    line("|---".repeat(head.length) + "|");
  }

  private void cells(String... cells) {
    line("%s", "| " + String.join(" | ", cells) + " |");
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
