package io.cropvqa.evaluation.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The service's own format, one object a line: {@code {"image", "question", "answers", "type",
 * "region", "regionReveals"}}. {@code type}, {@code region} and {@code regionReveals} may be left
 * out.
 */
final class JsonLinesReader implements DatasetReader {
  private static final String UNTYPED = "question";

  private final Path file;

  JsonLinesReader(Path file) {
    this.file = file;
  }

  @Override
  public List<VqaExample> read() throws IOException {
    List<VqaExample> examples = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        examples.add(example(JsonEntry.line(line, "%s, line %d".formatted(file, number)), number));
      }
    }
    return examples;
  }

  private static VqaExample example(JsonEntry line, int number) {
    return line.checked(
        () ->
            new VqaExample(
                line.optionalText("id").orElse("line-" + number),
                line.text("image"),
                line.text("question"),
                line.texts("answers"),
                line.optionalText("type").orElse(UNTYPED),
                line.region("region"),
                line.optionalFlag("regionReveals")));
  }
}
