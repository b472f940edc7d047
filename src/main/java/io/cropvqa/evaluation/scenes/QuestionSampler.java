package io.cropvqa.evaluation.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Draws questions of one scene, of as many types as there are, so that no type crowds a set. */
final class QuestionSampler {
  private QuestionSampler() {}

  /** Draws so many questions, or all if there are fewer. */
  static List<SceneQuestion> draw(List<SceneQuestion> all, int count, Random random) {
    Map<QuestionType, List<SceneQuestion>> byType = new EnumMap<>(QuestionType.class);
    List<SceneQuestion> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(
        question ->
            byType.computeIfAbsent(question.type(), type -> new ArrayList<>()).add(question));
    List<SceneQuestion> drawn = new ArrayList<>();
    while (drawn.size() < Math.min(count, all.size())) {
      List<QuestionType> round = new ArrayList<>(byType.keySet());
      Collections.shuffle(round, random);
      for (QuestionType type : round) {
        List<SceneQuestion> left = byType.get(type);
        if (drawn.size() < count && !left.isEmpty()) {
          drawn.add(left.remove(0));
        }
      }
    }
    return drawn;
  }
}
