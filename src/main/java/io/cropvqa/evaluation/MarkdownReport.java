package io.cropvqa.evaluation;

import static io.cropvqa.evaluation.MarkdownTable.estimate;
import static io.cropvqa.evaluation.MarkdownTable.number;
import static io.cropvqa.evaluation.MarkdownTable.percent;
import static io.cropvqa.evaluation.MarkdownTable.points;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A report as Markdown tables: accuracy and cost, exact match by kind of question, and how well
 * regions were found.
 */
public final class MarkdownReport {
  private final EvaluationReport report;
  private final MarkdownTable text = new MarkdownTable();

  private MarkdownReport(EvaluationReport report) {
    this.report = report;
  }

  public static String of(EvaluationReport report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.introduction();
    markdown.rows();
    markdown.notes();
    markdown.kinds();
    if (!report.localization().isEmpty()) {
      markdown.localization();
    }
    return markdown.text.toString();
  }

  private void introduction() {
    text.line(
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
    text.line("");
  }

  private void rows() {
    List<String> sizes = List.copyOf(report.rows().get(0).byRegion().keySet());
    List<String> head =
        new ArrayList<>(
            List.of("method", "budget", "tokens a layer", "FLOPs %", "exact match", "retention"));
    sizes.forEach(size -> head.add(size + " region"));
    head.addAll(List.of("crop ahead by", "on small regions", "ms", "of full"));
    text.head(head);
    report.rows().forEach(row -> row(row, sizes));
    text.line("");
  }

  private void row(Row row, List<String> sizes) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                row.method(),
                budget(row),
                row.knownCost().map(cost -> number("%.1f", cost.averageVisualTokens())).orElse(""),
                row.knownCost().map(cost -> percent(cost.flopsShare())).orElse(""),
                estimate(row.score().exactMatch()),
                estimate(row.retention())));
    sizes.forEach(size -> cells.add(percent(row.byRegion().get(size).exactMatch().value())));
    cells.add(row.knownLead().map(lead -> points(lead.all())).orElse(""));
    cells.add(row.knownLead().map(lead -> points(lead.small())).orElse(""));
    cells.add(row.knownTimes().map(times -> number("%.1f", times.medianMs())).orElse(""));
    cells.add(row.knownTimes().map(times -> number("%.2f", times.ratio())).orElse(""));
    text.row(cells);
  }

  private void notes() {
    text.line(
        "Shares in %%, with 95 %% intervals. Tokens and FLOPs are those of the decoder's prefill as"
            + " it ran. Retention: VQA accuracy over the full model's. crop ahead by: points of"
            + " exact match at the same budget, on the same questions. ms: median over the first %d"
            + " questions, asked one at a time, encoding the picture included and, for methods that"
            + " use a region, finding it; what the engine remembered is charged as if it hadn't.",
        report.settings().timed());
    text.line("");
    if (report.failed() > 0) {
      text.line("%d answers are missing and count as wrong.", report.failed());
      text.line("");
    }
    if (!report.leftOut().isEmpty()) {
      text.line(
          "Left out, since the data set doesn't tell every question's region: %s.",
          String.join(", ", report.leftOut()));
      text.line("");
    }
  }

  private void kinds() {
    Row first = report.rows().get(0);
    List<String> head = new ArrayList<>(List.of("exact match %", "budget"));
    first.byHint().forEach((hint, score) -> head.add(counted(hint, score)));
    first.byType().forEach((type, score) -> head.add(counted(type, score)));
    text.head(head);
    for (Row row : report.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.method(), budget(row)));
      exactMatches(cells, row.byHint());
      exactMatches(cells, row.byType());
      text.row(cells);
    }
    text.line("");
    if (!first.byHint().isEmpty()) {
      text.line(
          "asked: the question names the object in its small region; revealed: the small region is"
              + " the answer's object, so that a true one gives the answer away; large: the answer"
              + " takes more of the picture.");
      text.line("");
    }
  }

  private static String counted(String kind, Score score) {
    return "%s (%d)".formatted(kind, score.questions());
  }

  private static void exactMatches(List<String> cells, Map<String, Score> scores) {
    scores.values().forEach(score -> cells.add(percent(score.exactMatch().value())));
  }

  private void localization() {
    text.head(
        List.of(
            "region of",
            "questions",
            "recall",
            "coverage",
            "IoU",
            "area",
            "true area",
            "fallback",
            "ms",
            "of full prefill"));
    report
        .localization()
        .forEach(
            (type, score) ->
                text.row(
                    List.of(
                        type,
                        Integer.toString(score.questions()),
                        number("%.3f", score.recall()),
                        number("%.3f", score.coverage()),
                        number("%.3f", score.iou()),
                        number("%.3f", score.area()),
                        number("%.3f", score.trueArea()),
                        number("%.3f", score.fallbacks()),
                        number("%.2f", score.medianMs()),
                        number("%.3f", score.prefillShare()))));
    text.line("");
    text.line(
        "recall: share of questions whose true region lies wholly inside the found one; coverage:"
            + " mean share of the true region that was found.");
  }

  private static String budget(Row row) {
    return row.budget() == null ? "" : row.budget().toString();
  }
}
