package io.cropvqa.training.localizer;

import io.cropvqa.training.Seeds;
import io.cropvqa.training.localizer.EncodedPicture.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Draws the questions of each step: some pictures with equally many tokens, and equally many
 * questions about each, so that nothing but words is padded. Seed and step decide, nothing else.
 */
final class LocalizerBatches {
  /** Most questions about one picture in a step: they share its keys and values. */
  private static final int QUESTIONS = 8;

  private final List<EncodedPicture> pictures;
  private final Map<Integer, List<EncodedPicture>> byTokens;
  private final int picturesPerStep;
  private final int questionsPerPicture;
  private final long seed;

  /**
   * @param pictures at least one
   * @param batch B, questions of a step; rounded up to whole pictures
   */
  LocalizerBatches(List<EncodedPicture> pictures, int batch, long seed) {
    this.pictures = pictures;
    this.seed = seed;
    byTokens = pictures.stream().collect(Collectors.groupingBy(EncodedPicture::tokenCount));
    int questions = pictures.stream().mapToInt(picture -> picture.questions().size()).sum();
    int mean = (questions + pictures.size() - 1) / pictures.size();
    questionsPerPicture = Math.min(batch, Math.min(QUESTIONS, mean));
    picturesPerStep = (batch + questionsPerPicture - 1) / questionsPerPicture;
  }

  /**
   * @param step from 1
   */
  LocalizerBatch draw(int step) {
    Random random = Seeds.random(seed, step);
    int tokens = pictures.get(random.nextInt(pictures.size())).tokenCount();
    List<EncodedPicture> alike = byTokens.get(tokens);
    List<EncodedPicture> drawn = new ArrayList<>();
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < picturesPerStep; i++) {
      EncodedPicture picture = alike.get(random.nextInt(alike.size()));
      drawn.add(picture);
      List<Question> shuffled = new ArrayList<>(picture.questions());
      Collections.shuffle(shuffled, random);
      for (int q = 0; q < questionsPerPicture; q++) {
        questions.add(shuffled.get(q % shuffled.size()));
      }
    }
    return new LocalizerBatch(drawn, questions);
  }
}
