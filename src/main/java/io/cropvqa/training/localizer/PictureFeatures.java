package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.training.EncodedPictures;
import io.cropvqa.training.Pictures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes of questions and pictures what a localizer learns from. */
final class PictureFeatures {
  private PictureFeatures() {}

  /**
   * @param maxWords words of a question that are read
   * @param maxBytes that the features may take together
   * @param memory owns the features
   * @throws IllegalArgumentException if there are fewer than two pictures, or more than fit
   */
  static EncodedPictures<EncodedPicture> encode(
      VisionLanguageModel model,
      List<RegionExample> examples,
      Pictures pictures,
      int maxWords,
      long maxBytes,
      NDManager memory,
      EncodedPictures.Listener listener)
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
    return EncodedPictures.encode(
        model,
        questions,
        pictures,
        (image, tokens, asked) -> EncodedPicture.of(tokens, asked, memory),
        EncodedPicture::bytes,
        maxBytes,
        listener);
  }
}
