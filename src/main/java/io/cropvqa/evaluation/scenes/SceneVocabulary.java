package io.cropvqa.evaluation.scenes;

import java.util.List;
import java.util.stream.IntStream;

/** What signs may say: the numbers and words that the bundled model's tokenizer has. */
final class SceneVocabulary {
  static final List<String> NUMBERS = IntStream.range(10, 40).mapToObj(Integer::toString).toList();

  static final List<String> WORDS =
      List.of(
          "open", "exit", "stop", "sale", "home", "food", "cafe", "bank", "park", "taxi", "east",
          "west", "north", "south", "free", "shop");

  private SceneVocabulary() {}
}
