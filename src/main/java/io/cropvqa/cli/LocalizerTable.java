package io.cropvqa.cli;

import io.cropvqa.training.localizer.LocalizerScore;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How well regions were found, as text.
 *
 * <pre>
 * held out    questions   loss  recall    IoU   area  true area
 * color             310  0.412    0.90  0.712  0.081      0.064
 * </pre>
 */
final class LocalizerTable {
  private LocalizerTable() {}

  /**
   * @param byType scores of held-out questions
   */
  static String of(Map<String, LocalizerScore> byType) {
    Map<String, LocalizerScore> rows = new LinkedHashMap<>(byType);
    rows.put("all", LocalizerScore.all(byType));
    StringBuilder table =
        new StringBuilder(
            "%-14s %9s  %5s  %6s  %5s  %5s  %9s%n"
                .formatted("held out", "questions", "loss", "recall", "IoU", "area", "true area"));
    rows.forEach(
        (type, score) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "%-14s %9d  %5.3f  %6.3f  %5.3f  %5.3f  %9.3f%n",
                    type,
                    score.questions(),
                    score.loss(),
                    score.recall(),
                    score.iou(),
                    score.area(),
                    score.trueArea())));
    return table.toString();
  }
}
