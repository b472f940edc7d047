package io.cropvqa.evaluation.scenes;

import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Scenes of a split with some questions each, made in memory. A longer set begins with all of a
 * shorter one.
 */
public final class SceneDataset implements VqaDataset {
  /** Questions about each scene, where nobody says how many. */
  public static final int QUESTIONS_PER_SCENE = 6;

  private final String name;
  private final SceneGenerator generator;
  private final List<VqaExample> examples = new ArrayList<>();
  private final Map<String, Long> indices = new HashMap<>();
  private final Map<String, List<SceneItem>> items = new LinkedHashMap<>();
  private final int questionsPerScene;

  /**
   * @param scenes how many
   * @param questionsPerScene or as many as can be asked, if there are fewer
   * @throws IllegalArgumentException if there are to be none
   */
  public SceneDataset(Split split, int scenes, int questionsPerScene, long seed) {
    if (scenes < 1) {
      throw new IllegalArgumentException("a data set needs at least 1 scene, got " + scenes);
    }
    if (questionsPerScene < 1) {
      throw new IllegalArgumentException(
          "a scene needs at least 1 question, got " + questionsPerScene);
    }
    this.questionsPerScene = questionsPerScene;
    name = "%s (seed %d)".formatted(split.wireName(), seed);
    generator = new SceneGenerator(split, seed);
    for (long index = 0; index < scenes; index++) {
      add(index);
    }
  }

  public SceneDataset(Split split, int scenes, long seed) {
    this(split, scenes, QUESTIONS_PER_SCENE, seed);
  }

  private void add(long index) {
    String image = "%s-%05d.png".formatted(generator.split().wireName(), index);
    indices.put(image, index);
    Random random = generator.random(index, "questions");
    Scene scene = generator.scene(index);
    items.put(image, scene.items());
    List<SceneQuestion> all = SceneQuestions.about(scene, generator.names(), random);
    int number = 0;
    for (SceneQuestion question : QuestionSampler.draw(all, questionsPerScene, random)) {
      examples.add(
          new VqaExample(
              "%s#%d".formatted(image, ++number),
              image,
              question.text(),
              List.of(question.answer()),
              question.type().wireName(),
              Optional.of(question.region()),
              Optional.of(question.type().regionReveals())));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<VqaExample> examples() {
    return List.copyOf(examples);
  }

  /** What is on each picture, in the order of the pictures. */
  public Map<String, List<SceneItem>> items() {
    return Collections.unmodifiableMap(items);
  }

  @Override
  public byte[] image(VqaExample example) {
    return generator.scene(indices.get(example.image())).png();
  }
}
