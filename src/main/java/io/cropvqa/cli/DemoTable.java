package io.cropvqa.cli;

import io.cropvqa.event.AnswerEvent;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Lays answers out as lines of a table whose width is known before the first comes.
 *
 * <pre>
 * id                question              answer  expected   region     tokens    a layer  ms
 * scene-00-count-1  How many cows are ... 3       ✓          [0,2,5,7]  64 -> 9   16.0     41
 * </pre>
 */
final class DemoTable {
  private static final int MAX_QUESTION = 44;
  private static final int ANSWER = 14;

  private final int id;
  private final int question;

  DemoTable(List<DemoJob> jobs) {
    id = widest(jobs, DemoJob::id);
    question = Math.min(MAX_QUESTION, widest(jobs, DemoJob::question));
  }

  private static int widest(List<DemoJob> jobs, Function<DemoJob, String> column) {
    return jobs.stream().map(column).mapToInt(String::length).max().orElse(0);
  }

  String header() {
    return row("id", "question", "answer", "expected", "region", "tokens", "a layer", "ms");
  }

  String answered(DemoJob job, AnswerEvent event) {
    return row(
        job.id(),
        job.question(),
        event.answer(),
        expected(job, event.answer()),
        event.region().box().toString().replace(" ", ""),
        event.pruning().visualTokensBefore() + " -> " + event.pruning().visualTokensAfter(),
        String.format(Locale.ROOT, "%.1f", event.pruning().averageVisualTokens()),
        Long.toString(event.timings().totalMs()));
  }

  String failed(DemoJob job, String reason) {
    return "%s  %s  %s".formatted(cell(job.id(), id), cell(job.question(), question), reason);
  }

  private static String expected(DemoJob job, String answer) {
    if (job.expected().isEmpty()) {
      return "";
    }
    return job.isRight(answer) ? "✓" : "✗ " + job.expected().get(0);
  }

  private String row(
      String idCell,
      String questionCell,
      String answer,
      String expected,
      String region,
      String tokens,
      String perLayer,
      String millis) {
    return String.join(
            "  ",
            cell(idCell, id),
            cell(questionCell, question),
            cell(answer, ANSWER),
            cell(expected, ANSWER),
            cell(region, 9),
            cell(tokens, 10),
            cell(perLayer, 7),
            millis)
        .stripTrailing();
  }

  private static String cell(String text, int width) {
    String line = text.replace('\n', ' ');
    String cut = line.length() <= width ? line : line.substring(0, width - 1) + "…";
    return cut + " ".repeat(width - cut.length());
  }
}
