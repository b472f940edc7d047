package io.cropvqa.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.evaluation.dataset.VqaExample;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MostFrequentTest {

  @Test
  void everyTypeGetsTheAnswerMostGivenToIt() {
    List<Trial> trials =
        MostFrequent.trials(
            List.of(
                example("color", "red"),
                example("color", "blue", "blue"),
                example("count", "3"),
                example("color", "red", "red"),
                example("count", "2")));

    assertThat(trials)
        .extracting(Trial::answer)
        .containsExactly("red", "red", "2", "red", "2"); // 2 and 3 are as frequent
    assertThat(trials).extracting(Trial::exactMatch).containsExactly(1.0, 0.0, 0.0, 1.0, 1.0);
    assertThat(trials).allMatch(trial -> trial.isAnswered() && trial.run().isEmpty());
  }

  private static VqaExample example(String type, String... answers) {
    return new VqaExample("q", "a.png", "what?", List.of(answers), type, Optional.empty());
  }
}
