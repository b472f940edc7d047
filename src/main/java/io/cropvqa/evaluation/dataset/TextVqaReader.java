package io.cropvqa.evaluation.dataset;

import java.util.List;
import java.util.Optional;

/**
 * TextVQA (Singh et al., CVPR 2019): {@code TextVQA_0.5.1_val.json}. Its questions are of one type.
 */
final class TextVqaReader implements DatasetReader {
  private final JsonEntry content;

  TextVqaReader(JsonEntry content) {
    this.content = content;
  }

  @Override
  public List<VqaExample> read() {
    return content.entries("data").stream().map(TextVqaReader::example).toList();
  }

  private static VqaExample example(JsonEntry entry) {
    return entry.checked(
        () ->
            new VqaExample(
                entry.id("question_id"),
                entry.text("image_id") + ".jpg",
                entry.text("question"),
                entry.texts("answers"),
                "text",
                Optional.empty()));
  }
}
