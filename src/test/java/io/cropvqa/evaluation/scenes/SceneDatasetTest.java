package io.cropvqa.evaluation.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SceneDatasetTest {
  private static final int SCENES = 600;
  private static final SceneDataset DATASET = new SceneDataset(Split.NEW_SCENES, SCENES, 5);
  private static final Map<String, List<VqaExample>> BY_TYPE =
      DATASET.examples().stream().collect(Collectors.groupingBy(VqaExample::type));

  @Test
  void everySceneHasSixQuestionsOfEveryTypeThereIs() {
    assertThat(DATASET.examples()).hasSize(SCENES * SceneDataset.QUESTIONS_PER_SCENE);
    assertThat(BY_TYPE.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(QuestionType.values()).map(QuestionType::wireName).toList());
    assertThat(BY_TYPE.values())
        .allMatch(examples -> examples.size() > DATASET.examples().size() / 25);
  }

  @Test
  void noConstantAnswerIsGood() {
    BY_TYPE.forEach(
        (type, examples) ->
            assertThat(mostFrequentAnswer(examples))
                .as(type)
                .isLessThan(type.equals("exist") ? 0.56 : 0.36));
    assertThat(mostFrequentAnswer(BY_TYPE.get("number"))).isLessThan(0.1);
    assertThat(mostFrequentAnswer(BY_TYPE.get("count"))).isLessThan(0.31);
  }

  private static double mostFrequentAnswer(List<VqaExample> examples) {
    Map<String, Long> counts =
        examples.stream()
            .collect(
                Collectors.groupingBy(example -> example.answers().get(0), Collectors.counting()));
    return counts.values().stream().mapToLong(Long::longValue).max().orElseThrow()
        / (double) examples.size();
  }

  @ParameterizedTest
  @EnumSource
  void answersOfLocalQuestionsTakeASmallPartOfThePicture(Split split) {
    List<VqaExample> examples = new SceneDataset(split, 200, 5).examples();
    assertThat(
            examples.stream()
                .filter(SceneDatasetTest::isLocal)
                .map(example -> example.region().orElseThrow())
                .mapToDouble(ContextualRegion::areaRatio)
                .average()
                .orElseThrow())
        .isLessThanOrEqualTo(0.12);
    assertThat(examples.stream().filter(example -> !isLocal(example)))
        .isNotEmpty()
        .allMatch(example -> example.region().orElseThrow().isWholeImage());
  }

  private static boolean isLocal(VqaExample example) {
    return Arrays.stream(QuestionType.values())
        .filter(type -> type.wireName().equals(example.type()))
        .findFirst()
        .orElseThrow()
        .isLocal();
  }

  /** Whoever is told the region of these is told which object is asked for. */
  @Test
  void regionsOfQuestionsThatAskForAnObjectGiveItAway() {
    assertThat(
            BY_TYPE.entrySet().stream()
                .filter(type -> type.getValue().get(0).regionReveals().orElseThrow())
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("rev_number", "rev_word", "rev_color", "rel", "corner");
    BY_TYPE.forEach(
        (type, examples) ->
            assertThat(examples.stream().map(VqaExample::regionReveals).distinct()).hasSize(1));
  }

  @Test
  void theSameSeedGivesTheSameData() {
    SceneDataset again = new SceneDataset(Split.NEW_SCENES, 3, 5);
    assertThat(DATASET.examples()).startsWith(again.examples().toArray(VqaExample[]::new));
    VqaExample last = again.examples().get(17);
    assertThat(again.image(last)).isEqualTo(DATASET.image(last));
  }

  @Test
  void theBundledModelKnowsEveryWord() throws IOException {
    Set<String> known = new HashSet<>();
    new ObjectMapper()
        .readTree(Samples.MODEL.resolve("tokenizer.json").toFile())
        .at("/model/vocab")
        .fieldNames()
        .forEachRemaining(token -> known.add(token.replace("▁", "")));

    assertThat(DATASET.examples())
        .allSatisfy(
            example -> {
              assertThat(known).contains(example.question().replace("?", " ?").split(" "));
              assertThat(known).containsAll(example.answers());
            });
  }

  /** No type but {@code weather}, which scenes no longer have, is missing or spelt otherwise. */
  @Test
  void typesAreCalledAsInTheSamples() throws IOException {
    Set<String> samples = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("kafka/samples/jobs.jsonl"))) {
      samples.add(new ObjectMapper().readTree(line).get("type").textValue());
    }
    samples.remove("weather");
    assertThat(BY_TYPE.keySet()).isEqualTo(samples);
  }

  @Test
  void aLongerSetBeginsWithTheShorterOne() {
    assertThat(new SceneDataset(Split.TRAIN, 20, 1).examples())
        .startsWith(new SceneDataset(Split.TRAIN, 5, 1).examples().toArray(VqaExample[]::new));
  }

  @Test
  void anEmptySetIsRefused() {
    assertThatThrownBy(() -> new SceneDataset(Split.TRAIN, 0, 1))
        .hasMessageContaining("at least 1 scene");
  }
}
