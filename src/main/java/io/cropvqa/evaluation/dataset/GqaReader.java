package io.cropvqa.evaluation.dataset;

import java.util.List;
import java.util.Optional;

/**
 * GQA (Hudson and Manning, CVPR 2019): {@code val_balanced_questions.json}, an object with one
 * question a key. The type of a question is its structural one: verify, query, choose, logical or
 * compare.
 */
final class GqaReader implements DatasetReader {
  private static final String UNTYPED = "question";

  private final JsonEntry content;

  GqaReader(JsonEntry content) {
    this.content = content;
  }

  @Override
  public List<VqaExample> read() {
    return content.names().stream().map(id -> example(id, content.entry(id))).toList();
  }

  private static VqaExample example(String id, JsonEntry entry) {
    String type =
        entry.has("types")
            ? entry.entry("types").optionalText("structural").orElse(UNTYPED)
            : UNTYPED;
    return entry.checked(
        () ->
            new VqaExample(
                id,
                entry.text("imageId") + ".jpg",
                entry.text("question"),
                List.of(entry.text("answer")),
                type,
                Optional.empty()));
  }
}
