package io.cropvqa.evaluation.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * VQAv2 (Goyal et al., CVPR 2017): {@code v2_OpenEnded_mscoco_val2014_questions.json} and {@code
 * v2_mscoco_val2014_annotations.json}. The type of a question is its {@code answer_type}.
 */
final class VqaV2Reader implements DatasetReader {
  private final JsonEntry questions;
  private final Path annotations;

  VqaV2Reader(JsonEntry questions, Path annotations) {
    this.questions = questions;
    this.annotations = annotations;
  }

  @Override
  public List<VqaExample> read() throws IOException {
    Map<String, JsonEntry> annotated = new HashMap<>();
    for (JsonEntry annotation : JsonEntry.file(annotations).entries("annotations")) {
      annotated.put(annotation.id("question_id"), annotation);
    }
    String subset = questions.text("data_subtype");
    return questions.entries("questions").stream()
        .map(question -> example(question, annotated, subset))
        .toList();
  }

  private VqaExample example(JsonEntry question, Map<String, JsonEntry> annotated, String subset) {
    String id = question.id("question_id");
    JsonEntry annotation = annotated.get(id);
    if (annotation == null) {
      throw new IllegalArgumentException(
          "%s: question_id %s has no annotation in %s"
              .formatted(question.place(), id, annotations));
    }
    List<String> answers =
        annotation.entries("answers").stream().map(answer -> answer.text("answer")).toList();
    return question.checked(
        () ->
            new VqaExample(
                id,
                "COCO_%s_%012d.jpg".formatted(subset, question.number("image_id")),
                question.text("question"),
                answers,
                annotation.text("answer_type"),
                Optional.empty()));
  }
}
