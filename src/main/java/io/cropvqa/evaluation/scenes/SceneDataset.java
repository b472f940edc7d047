package io.cropvqa.evaluation.scenes;

import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Scenes of a split with some questions each, made in memory. A longer set begins with all of a
 * shorter one.
 */
public final class SceneDataset implements VqaDataset {
  /** Questions about each scene. */
  public static final int QUESTIONS_PER_SCENE = 6;

  private final String name;
  private final SceneGenerator generator;
  private final List<VqaExample> examples = new ArrayList<>();
  private final Map<String, Long> indices = new HashMap<>();

  /**
   * @param scenes how many
   * @throws IllegalArgumentException if there are to be none
   */
  public SceneDataset(Split split, int scenes, long seed) {
    if (scenes < 1) {
      throw new IllegalArgumentException("a data set needs at least 1 scene, got " + scenes);
    }
    name = "%s (seed %d)".formatted(split.wireName(), seed);
    generator = new SceneGenerator(split, seed);
    for (long index = 0; index < scenes; index++) {
      add(index);
    }
  }

  private void add(long index) {
    String image = "%s-%05d.png".formatted(generator.split().wireName(), index);
    indices.put(image, index);
    Random random = generator.random(index, "questions");
    List<SceneQuestion> all =
        SceneQuestions.about(generator.scene(index), generator.names(), random);
    int number = 0;
    for (SceneQuestion question : QuestionSampler.draw(all, QUESTIONS_PER_SCENE, random)) {
      examples.add(
          new VqaExample(
              "%s#%d".formatted(image, ++number),
              image,
              question.text(),
              List.of(question.answer()),
              question.type().wireName(),
              Optional.of(question.region())));
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

  @Override
  public byte[] image(VqaExample example) {
    return generator.scene(indices.get(example.image())).png();
  }
}
