package io.cropvqa.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ContextualRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetFilesTest {
  @TempDir Path folder;

  @Test
  void readsJsonLines() throws IOException {
    Path file =
        file(
            "dev.jsonl",
            """
            {"image": "a.png", "question": "what?", "answers": ["x", "y"], "type": "word", "region": [1, 2, 3, 4], "regionReveals": true}

            {"image": "b/c.png", "question": "who?", "answers": ["z"], "more": 1}
            """);

    assertThat(open(file).examples())
        .containsExactly(
            new VqaExample(
                "line-1",
                "a.png",
                "what?",
                List.of("x", "y"),
                "word",
                Optional.of(new ContextualRegion(1, 2, 3, 4)),
                Optional.of(true)),
            new VqaExample(
                "line-3", "b/c.png", "who?", List.of("z"), "question", Optional.empty()));
  }

  @Test
  void readsVqaV2() throws IOException {
    Path questions =
        file(
            "questions.json",
            """
            {"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "data_subtype": "val2014",
             "questions": [{"image_id": 262148, "question": "Is it red?", "question_id": 262148000}]}
            """);
    Path annotations =
        file(
            "annotations.json",
            """
            {"annotations": [{"question_type": "is it", "multiple_choice_answer": "yes",
              "answers": [{"answer": "yes", "answer_confidence": "yes", "answer_id": 1},
                          {"answer": "no", "answer_confidence": "maybe", "answer_id": 2}],
              "image_id": 262148, "answer_type": "yes/no", "question_id": 262148000}]}
            """);

    assertThat(DatasetFiles.open(questions, Optional.of(annotations), Optional.empty()).examples())
        .containsExactly(
            new VqaExample(
                "262148000",
                "COCO_val2014_000000262148.jpg",
                "Is it red?",
                List.of("yes", "no"),
                "yes/no",
                Optional.empty()));
    assertThatThrownBy(() -> open(questions)).hasMessageContaining("annotations");
  }

  @Test
  void readsTextVqa() throws IOException {
    Path file =
        file(
            "TextVQA_val.json",
            """
            {"dataset_type": "val", "data": [{"question": "what brand?", "image_id": "003a8ae2ef43b901",
              "question_id": 34602, "answers": ["nokia", "nokia", "toshiba"], "set_name": "val"}]}
            """);

    assertThat(open(file).examples())
        .containsExactly(
            new VqaExample(
                "34602",
                "003a8ae2ef43b901.jpg",
                "what brand?",
                List.of("nokia", "nokia", "toshiba"),
                "text",
                Optional.empty()));
  }

  @Test
  void readsGqa() throws IOException {
    Path file =
        file(
            "val_balanced_questions.json",
            """
            {"05515938": {"imageId": "2405722", "question": "Is the sky dark?", "answer": "yes",
              "fullAnswer": "Yes.", "isBalanced": true,
              "types": {"detailed": "existAttrC", "semantic": "obj", "structural": "verify"}}}
            """);

    assertThat(open(file).examples())
        .containsExactly(
            new VqaExample(
                "05515938",
                "2405722.jpg",
                "Is the sky dark?",
                List.of("yes"),
                "verify",
                Optional.empty()));
  }

  @Test
  void picturesLieBesideTheFileOrWhereTheyAreSaidToBe() throws IOException {
    Path file =
        file("dev.jsonl", "{\"image\": \"a.png\", \"question\": \"q\", \"answers\": [\"x\"]}");
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.write(folder.resolve("a.png"), new byte[] {1});
    Files.write(images.resolve("a.png"), new byte[] {2});
    VqaExample example = open(file).examples().get(0);

    assertThat(open(file).image(example)).containsExactly(1);
    assertThat(DatasetFiles.open(file, Optional.empty(), Optional.of(images)).image(example))
        .containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"question": "q", "answers": ["x"]}                                        | line 2: image is missing
          {"image": "a", "question": 5, "answers": ["x"]}                            | line 2: question must be a string
          {"image": "a", "question": " ", "answers": ["x"]}                          | line 2: question is empty
          {"image": "a", "question": "q", "answers": []}                             | line 2: answers is empty
          {"image": "a", "question": "q", "answers": "x"}                            | line 2: answers must be an array
          {"image": "a", "question": "q", "answers": [3]}                            | line 2: answers must be an array of strings
          {"image": "a", "question": "q", "answers": ["x"], "region": [0, 0, 8, 8]}  | line 2: region [0,0,8,8]
          {"image": "a", "question": "q", "answers": ["x"], "region": [0, 0, "1"]}   | line 2: region must be an array of integers
          {"image": "a", "question": "q", "answers": ["x"], "regionReveals": "no"}   | line 2: regionReveals must be true or false
          {"image": "a", "question"                                                  | line 2 is no JSON
          [1]                                                                        | line 2 must be a JSON object
          """)
  void aBadLineIsNamedWithItsField(String line, String message) throws IOException {
    Path file =
        file("dev.jsonl", "{\"image\": \"a\", \"question\": \"q\", \"answers\": [\"x\"]}\n" + line);

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aBadEntryOfAPublicFileIsNamedToo() throws IOException {
    assertThatThrownBy(() -> open(file("t.json", "{\"data\": [{\"question_id\": 1}]}")))
        .hasMessageContaining("t.json, data[0]: image_id is missing");
    assertThatThrownBy(() -> open(file("g.json", "{\"07\": {\"imageId\": 1}}")))
        .hasMessageContaining("g.json, 07: imageId must be a string");
    assertThatThrownBy(() -> open(file("b.json", "{\n\"data\": [,]}")))
        .hasMessageContaining("b.json, line 2 is no JSON");
    assertThatThrownBy(() -> open(file("e.jsonl", "\n"))).hasMessageContaining("no question");
  }

  private DatasetFiles open(Path file) throws IOException {
    return DatasetFiles.open(file, Optional.empty(), Optional.empty());
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
