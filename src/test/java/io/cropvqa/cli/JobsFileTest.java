package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.messaging.QuestionPublisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsFileTest {
  @TempDir Path directory;

  @Test
  void idsAreKeptAndAnImageBesideTheFileGoesInside() throws Exception {
    Files.write(directory.resolve("a.png"), new byte[] {1, 2, 3});
    JobsFile jobs =
        jobs(
            "{\"id\":\"q-1\",\"image\":{\"uri\":\"a.png\"},\"question\":\"What?\",\"options\":{}}",
            "",
            "{\"image\":{\"uri\":\"https://host/b.png\"},\"question\":\"Who?\"}");

    assertThat(jobs.check()).isEqualTo(2);
    List<QuestionPublisher.Question> questions = new ArrayList<>();
    jobs.forEach(questions::add);

    assertThat(questions)
        .extracting(QuestionPublisher.Question::id)
        .containsExactly("q-1", "jobs.jsonl-3");
    assertThat(questions)
        .extracting(QuestionPublisher.Question::key)
        .containsExactly("a.png", "https://host/b.png");
    assertThat(questions).extracting(QuestionPublisher.Question::source).containsOnly("us");
    JsonNode first = new ObjectMapper().readTree(questions.get(0).event());
    assertThat(first.path("image").toString()).isEqualTo("{\"data\":\"AQID\"}");
    assertThat(first.path("question").textValue()).isEqualTo("What?");
    assertThat(new String(questions.get(1).event(), StandardCharsets.UTF_8))
        .contains("\"id\":\"jobs.jsonl-3\"", "\"uri\":\"https://host/b.png\"");
  }

  @Test
  void everyOneOfSeveralImagesBesideTheFileGoesInside() throws Exception {
    Files.write(directory.resolve("a.png"), new byte[] {1, 2, 3});
    String images = "[{\"uri\":\"a.png\"},{\"uri\":\"https://host/b.png\"},{\"uri\":\"a.png\"}]";
    List<QuestionPublisher.Question> questions = new ArrayList<>();
    jobs("{\"images\":%s,\"question\":\"Which?\"}".formatted(images)).forEach(questions::add);

    assertThat(questions.get(0).key()).isEqualTo("a.png");
    assertThat(new ObjectMapper().readTree(questions.get(0).event()).path("images").toString())
        .isEqualTo("[{\"data\":\"AQID\"},{\"uri\":\"https://host/b.png\"},{\"data\":\"AQID\"}]");
    assertRefused(
        "line 1 images[1].uri b.png is no file beside it",
        "{\"images\":[{\"uri\":\"a.png\"},{\"uri\":\"b.png\"}]}");
  }

  @Test
  void aLineThatIsNoQuestionIsNamed() throws Exception {
    assertRefused("line 2 is no JSON: ", "{\"question\":\"What?\"}", "{oops");
    assertRefused("line 1 is no JSON object: give ", "[1]");
    assertRefused("line 1 image.uri b.png is no file beside it", "{\"image\":{\"uri\":\"b.png\"}}");
  }

  private void assertRefused(String why, String... lines) throws Exception {
    JobsFile jobs = jobs(lines);
    assertThatThrownBy(jobs::check)
        .isInstanceOf(UnusableArgumentsException.class)
        .hasMessageStartingWith("--jobs %s: ", directory.resolve("jobs.jsonl"))
        .hasMessageContaining(why);
  }

  private JobsFile jobs(String... lines) throws Exception {
    return new JobsFile(Files.write(directory.resolve("jobs.jsonl"), List.of(lines)), "us");
  }
}
