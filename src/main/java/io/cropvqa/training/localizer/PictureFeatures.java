package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All pictures of a training, encoded once by the frozen model and kept in memory. Every tenth is
 * held out: nothing is learned from it.
 *
 * @param training pictures to learn from
 * @param heldOut pictures to judge by
 */
record PictureFeatures(List<EncodedPicture> training, List<EncodedPicture> heldOut) {
  private static final int HELD_OUT = 10;

  /** Told how many pictures are encoded. */
  @FunctionalInterface
  interface Listener {
    void encoded(int done, int all);
  }

  /**
   * @param maxWords words of a question that are read
   * @param maxBytes that the features may take together
   * @param memory owns the features
   * @throws IllegalArgumentException if there are fewer than two pictures, or more than fit
   */
  static PictureFeatures encode(
      VisionLanguageModel model,
      List<RegionExample> examples,
      Pictures pictures,
      int maxWords,
      long maxBytes,
      NDManager memory,
      Listener listener)
      throws IOException {
    Map<String, List<EncodedPicture.Question>> questions = new LinkedHashMap<>();
    for (RegionExample example : examples) {
      int[] asked = model.questionTokens(example.question());
      if (asked.length > 0) {
        questions
            .computeIfAbsent(example.picture(), picture -> new ArrayList<>())
            .add(
                new EncodedPicture.Question(
                    Arrays.copyOf(asked, Math.min(asked.length, maxWords)),
                    example.type(),
                    example.region()));
      }
    }
    if (questions.size() < 2) {
      throw new IllegalArgumentException(
          "a training needs questions with a region about at least 2 pictures, the data set has %d: one is held out"
              .formatted(questions.size()));
    }
    List<EncodedPicture> training = new ArrayList<>();
    List<EncodedPicture> heldOut = new ArrayList<>();
    int done = 0;
    for (Map.Entry<String, List<EncodedPicture.Question>> picture : questions.entrySet()) {
      EncodedPicture encoded = encode(model, pictures, picture, memory);
      requireRoom(encoded, questions.size(), maxBytes);
      boolean last = done == questions.size() - 1;
      boolean kept = done % HELD_OUT == HELD_OUT - 1 || last && heldOut.isEmpty();
      (kept ? heldOut : training).add(encoded);
      listener.encoded(++done, questions.size());
    }
    return new PictureFeatures(training, heldOut);
  }

  private static EncodedPicture encode(
      VisionLanguageModel model,
      Pictures pictures,
      Map.Entry<String, List<EncodedPicture.Question>> picture,
      NDManager memory)
      throws IOException {
    try (NDManager scope = model.newScope()) {
      return EncodedPicture.of(
          model.encode(pictures.get(picture.getKey()), scope), picture.getValue(), memory);
    }
  }

  private static void requireRoom(EncodedPicture one, int pictures, long maxBytes) {
    if (one.bytes() * pictures > maxBytes) {
      throw new IllegalArgumentException(
          "the visual tokens of %d pictures take %d MiB, --memory is %d: give more, or at most %d pictures"
              .formatted(
                  pictures,
                  (one.bytes() * pictures >> 20) + 1,
                  maxBytes >> 20,
                  maxBytes / one.bytes()));
    }
  }
}
