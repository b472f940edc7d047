package io.cropvqa.evaluation.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.ContextualRegion;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Questions about one small scene that is laid out by hand. */
class SceneQuestionsTest {
  private static final SceneItem COW =
      new SceneItem(
          "cow",
          Optional.of(CardColor.RED),
          Optional.of(new Sign(Sign.Kind.NUMBER, "17")),
          new PixelBox(4, 4, 44, 60),
          Optional.of(new PixelBox(14, 44, 34, 60)));

  private static final SceneItem KEY =
      new SceneItem(
          "key",
          Optional.of(CardColor.BLUE),
          Optional.of(new Sign(Sign.Kind.WORD, "taxi")),
          new PixelBox(64, 10, 104, 58),
          Optional.of(new PixelBox(64, 42, 104, 58)));

  private static final SceneItem BUS =
      new SceneItem(
          "bus",
          Optional.of(CardColor.BLUE),
          Optional.empty(),
          new PixelBox(150, 150, 190, 190),
          Optional.empty());

  private static final SceneItem OTHER_BUS =
      new SceneItem(
          "bus",
          Optional.empty(),
          Optional.empty(),
          new PixelBox(150, 60, 190, 100),
          Optional.empty());

  private final List<SceneQuestion> questions =
      SceneQuestions.about(
          new Scene(
              new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB),
              List.of(BUS, OTHER_BUS, COW, KEY)),
          List.of("bus", "cow", "key", "rose"),
          new Random(0));

  @Test
  void signsAndCardsAreAskedBothWays() {
    ContextualRegion cow = new ContextualRegion(0, 0, 1, 1);
    ContextualRegion key = new ContextualRegion(2, 0, 3, 1);
    assertThat(questions)
        .contains(
            new SceneQuestion(QuestionType.NUMBER, "what number is on the cow?", "17", cow),
            new SceneQuestion(QuestionType.COLOR, "what color is behind the cow?", "red", cow),
            new SceneQuestion(QuestionType.REV_NUMBER, "which object has number 17?", "cow", cow),
            new SceneQuestion(QuestionType.REV_COLOR, "which object is on red?", "cow", cow),
            new SceneQuestion(QuestionType.WORD, "what word is on the key?", "taxi", key),
            new SceneQuestion(
                QuestionType.REV_WORD, "which object has the word taxi?", "key", key));
  }

  @Test
  void whatHasTwoAnswersIsNotAsked() {
    assertThat(questions)
        .extracting(SceneQuestion::text)
        .doesNotContain("which object is on blue?", "what color is behind the bus?");
  }

  @Test
  void aRelationsRegionHoldsBothObjects() {
    ContextualRegion both = new ContextualRegion(0, 0, 3, 1);
    assertThat(questions)
        .contains(
            new SceneQuestion(QuestionType.REL, "what is left of the key?", "cow", both),
            new SceneQuestion(QuestionType.REL, "what is right of the cow?", "key", both));
  }

  @Test
  void onlyACornerWithSomethingInItIsAskedFor() {
    assertThat(questions)
        .filteredOn(question -> question.type() == QuestionType.CORNER)
        .containsExactly(
            new SceneQuestion(
                QuestionType.CORNER,
                "what is in the top left corner?",
                "cow",
                new ContextualRegion(0, 0, 1, 1)));
  }

  @Test
  void theWholeIsAskedWithTheWholePictureAsRegion() {
    assertThat(questions)
        .filteredOn(question -> !question.type().isLocal())
        .allMatch(question -> question.region().isWholeImage())
        .contains(
            whole(QuestionType.EXIST, "is there a rose?", "no"),
            whole(QuestionType.COUNT, "how many bus are there?", "2"),
            whole(QuestionType.TOTAL, "how many objects are there?", "4"))
        .hasSize(4);
  }

  private static SceneQuestion whole(QuestionType type, String text, String answer) {
    return new SceneQuestion(type, text, answer, ContextualRegion.WHOLE_IMAGE);
  }
}
