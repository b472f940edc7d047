package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.cropvqa.event.QuestionEventReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoTest {

  @ParameterizedTest
  @CsvSource({"3,true", "Three,true", "' three. ',true", "33,false", "'',false"})
  void anAnswerIsRightWhateverItsCaseAndFullStop(String answer, boolean right) {
    assertThat(job("q", "How many?", "3", "three").isRight(answer)).isEqualTo(right);
  }

  @Test
  void theScoreCountsOnlyWhatHasAnExpectedAnswer() {
    DemoScore score = new DemoScore(Optional.of(0.925));
    score.answered(job("a", "How many?", "3"), "3", 30);
    score.answered(job("b", "How many?", "3"), "4", 10);
    score.answered(job("c", "What is it?"), "a cow", 20);
    score.failed();

    assertThat(score.summary())
        .contains("1 of 2 right (50.0 %); the model's own test set: 92.5 %")
        .contains("3 answered, 1 failed, median 20 ms");
    assertThat(score.failures()).isEqualTo(1);
  }

  @Test
  void everySampleIsAQuestionThatTheServiceReadsAndRepeatsHaveIdsOfTheirOwn() throws Exception {
    DemoCommand command = new DemoCommand();
    new CommandLine(command)
        .parseArgs("--repeat", "2", "--pruning", "fastv", "--visual-tokens", "16");
    List<DemoJob> jobs = DemoJob.load(command);
    QuestionEventReader reader = new QuestionEventReader(4096, 4);

    Set<String> ids = new HashSet<>();
    for (DemoJob job : jobs) {
      var question = reader.read(job.json(), "none");
      assertThat(ids.add(question.id())).as("%s is unique", question.id()).isTrue();
      assertThat(question.options().pruning()).contains("fastv");
      assertThat(question.options().visualTokens()).hasValue(16);
      JsonNode event = job.event();
      assertThat(event.has("expected")).isFalse();
    }
    assertThat(jobs).isNotEmpty().hasSize(2 * DemoJob.load(new DemoCommand()).size());
  }

  private static DemoJob job(String id, String question, String... expected) {
    return new DemoJob(
        id, "a.png", question, List.of(expected), JsonNodeFactory.instance.objectNode());
  }
}
