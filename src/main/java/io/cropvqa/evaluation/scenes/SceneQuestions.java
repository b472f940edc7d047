package io.cropvqa.evaluation.scenes;

import io.cropvqa.domain.ContextualRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Everything that can be asked about one scene. A question that names an object names one of which
 * there is one, and no question has two answers.
 */
public final class SceneQuestions {
  /** Pixels between a corner and the centre of what is in it, at most. */
  private static final double CORNER_REACH = 80;

  /** How much nearer to the corner than any other object that is. */
  private static final double CORNER_LEAD = 1.25;

  private final List<SceneItem> items;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<SceneQuestion> questions = new ArrayList<>();

  private SceneQuestions(List<SceneItem> items) {
    this.items = items;
    items.forEach(item -> counts.merge(item.name(), 1, Integer::sum));
  }

  /**
   * @param names all objects that scenes may hold
   * @param random draws the object that is asked for and isn't there
   */
  public static List<SceneQuestion> about(Scene scene, List<String> names, Random random) {
    SceneQuestions questions = new SceneQuestions(scene.items());
    questions.askAboutUniqueItems();
    questions.askForItems();
    for (Corner corner : Corner.values()) {
      questions.askAboutCorner(corner);
    }
    questions.askAboutTheWhole(names, random);
    return List.copyOf(questions.questions);
  }

  private void add(QuestionType type, String text, String answer, ContextualRegion region) {
    questions.add(new SceneQuestion(type, text, answer, region));
  }

  private void askAboutUniqueItems() {
    Neighbours neighbours = new Neighbours(items);
    for (SceneItem item : items) {
      if (counts.get(item.name()) > 1) {
        continue;
      }
      ContextualRegion region = item.box().region();
      item.sign().ifPresent(sign -> askForSign(item, sign, region));
      item.card()
          .ifPresent(
              card ->
                  add(
                      QuestionType.COLOR,
                      "what color is behind the %s?".formatted(item.name()),
                      card.word(),
                      region));
      for (Neighbours.Direction direction : Neighbours.Direction.values()) {
        neighbours
            .of(item, direction)
            .ifPresent(
                other ->
                    add(
                        QuestionType.REL,
                        "what is %s the %s?".formatted(direction.words(), item.name()),
                        other.name(),
                        item.box().union(other.box()).region()));
      }
    }
  }

  private void askForSign(SceneItem item, Sign sign, ContextualRegion region) {
    boolean number = sign.kind() == Sign.Kind.NUMBER;
    add(
        number ? QuestionType.NUMBER : QuestionType.WORD,
        "what %s is on the %s?".formatted(number ? "number" : "word", item.name()),
        sign.text(),
        region);
  }

  /** No two signs of a scene say the same, but two cards may have one colour. */
  private void askForItems() {
    for (SceneItem item : items) {
      ContextualRegion region = item.box().region();
      if (item.says(Sign.Kind.NUMBER)) {
        String text = "which object has number %s?".formatted(item.sign().get().text());
        add(QuestionType.REV_NUMBER, text, item.name(), region);
      }
      if (item.says(Sign.Kind.WORD)) {
        String text = "which object has the word %s?".formatted(item.sign().get().text());
        add(QuestionType.REV_WORD, text, item.name(), region);
      }
      if (item.card().isPresent() && isOnlyOne(item.card().get())) {
        String text = "which object is on %s?".formatted(item.card().get().word());
        add(QuestionType.REV_COLOR, text, item.name(), region);
      }
    }
  }

  private boolean isOnlyOne(CardColor color) {
    return items.stream().filter(item -> item.card().equals(Optional.of(color))).count() == 1;
  }

  private void askAboutCorner(Corner corner) {
    int x = corner.x();
    int y = corner.y();
    List<SceneItem> nearest =
        items.stream()
            .sorted(Comparator.comparingDouble(item -> item.distanceTo(x, y)))
            .limit(2)
            .toList();
    SceneItem first = nearest.get(0);
    double distance = first.distanceTo(x, y);
    if (distance < CORNER_REACH && nearest.get(1).distanceTo(x, y) > distance * CORNER_LEAD) {
      add(
          QuestionType.CORNER,
          "what is in the %s corner?".formatted(corner.words()),
          first.name(),
          first.box().union(corner.pixel()).region());
    }
  }

  private void askAboutTheWhole(List<String> names, Random random) {
    List<String> present = List.copyOf(counts.keySet());
    List<String> absent = names.stream().filter(name -> !counts.containsKey(name)).toList();
    ask(QuestionType.EXIST, "is there a %s?", present.get(random.nextInt(present.size())), "yes");
    ask(QuestionType.EXIST, "is there a %s?", absent.get(random.nextInt(absent.size())), "no");
    String repeated = items.get(0).name();
    ask(QuestionType.COUNT, "how many %s are there?", repeated, "" + counts.get(repeated));
    ask(QuestionType.TOTAL, "how many %s are there?", "objects", "" + items.size());
  }

  private void ask(QuestionType type, String template, String name, String answer) {
    add(type, template.formatted(name), answer, ContextualRegion.WHOLE_IMAGE);
  }
}
