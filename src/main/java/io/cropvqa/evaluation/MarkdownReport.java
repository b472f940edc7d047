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
    List<String> sizes = List.copyOf(report.rows().get(0).byRegion().keySet());
    List<String> head =
        new ArrayList<>(List.of("method", "budget", "tokens a layer", "exact match"));
    sizes.forEach(size -> head.add(size + " region"));
    head.addAll(List.of("VQA accuracy", "of full", "median ms", "of full", "of that localization"));
    table(head);
    report.rows().forEach(row -> row(row, sizes));
    line("");
    if (report.failed() > 0) {
      line("%d answers are missing and count as wrong.", report.failed());
      line("");
    }
  }

  private void row(Row row, List<String> sizes) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                row.method(),
                budget(row),
                number("%.1f", row.averageVisualTokens()),
                estimate(row.score().exactMatch())));
    sizes.forEach(size -> cells.add(percent(row.byRegion().get(size).exactMatch().value())));
    cells.addAll(
        List.of(
            estimate(row.score().vqaAccuracy()),
            row.retention() == null ? "" : estimate(row.retention()),
            number("%.1f", row.medianMs()),
            number("%.2f", row.timeRatio()),
            number("%.1f", row.medianLocalizeMs())));
    cells(cells);
  }

  private void types() {
    List<String> types = List.copyOf(report.rows().get(0).byType().keySet());
    List<String> head = new ArrayList<>(List.of("exact match", "budget"));
    Row first = report.rows().get(0);
    types.forEach(
        type -> head.add("%s (%d)".formatted(type, first.byType().get(type).questions())));
    table(head);
    for (Row row : report.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.method(), budget(row)));
      types.forEach(type -> cells.add(percent(row.byType().get(type).exactMatch().value())));
      cells(cells);
    }
    line("");
  }

  private void localization() {
    table(List.of("region of", "questions", "IoU", "recall", "area", "true area", "fallback"));
    report
        .localization()
        .forEach(
            (type, score) ->
                cells(
                    List.of(
                        type,
                        Integer.toString(score.questions()),
                        number("%.2f", score.iou()),
                        number("%.2f", score.recall()),
                        number("%.2f", score.area()),
                        number("%.2f", score.trueArea()),
                        number("%.2f", score.fallbacks()))));
  }

  private static String budget(Row row) {
    return row.budget() == null ? "" : row.budget().toString();
  }

  private static String estimate(Estimate estimate) {
    return "%s (%s to %s)"
        .formatted(percent(estimate.value()), percent(estimate.low()), percent(estimate.high()));
  }

  private static String percent(double share) {
    return number("%.1f", 100 * share);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void table(List<String> head) {
    cells(head);
    line("|---".repeat(head.size()) + "|");
  }

  private void cells(List<String> cells) {
    line("%s", "| " + String.join(" | ", cells) + " |");
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
