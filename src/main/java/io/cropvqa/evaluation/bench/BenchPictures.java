package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.RgbImage;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import io.cropvqa.image.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Generated pictures and questions about them, drawn and decoded before anything is measured. */
final class BenchPictures {
  private static final Split SPLIT = Split.NEW_SCENES;
  private static final int SCENES_TO_CHOOSE_FROM = 16;

  /**
   * @param image decoded
   * @param question about it
   */
  record Asked(RgbImage image, String question) {}

  private BenchPictures() {}

  /** Each question about a picture of its own. */
  static List<Asked> distinct(int questions, long seed, ImageDecoder decoder) {
    SceneDataset dataset = new SceneDataset(SPLIT, questions, 1, seed);
    List<Asked> asked = new ArrayList<>();
    for (VqaExample example : dataset.examples()) {
      asked.add(new Asked(decoder.decode(dataset.image(example)), example.question()));
    }
    return asked;
  }

  /** All questions about one picture; they repeat where it has fewer. */
  static List<Asked> one(int questions, long seed, ImageDecoder decoder) {
    SceneDataset dataset = new SceneDataset(SPLIT, SCENES_TO_CHOOSE_FROM, questions, seed);
    Map<String, List<VqaExample>> byPicture =
        dataset.examples().stream().collect(Collectors.groupingBy(VqaExample::image));
    List<VqaExample> most =
        byPicture.values().stream()
            .max((a, b) -> Integer.compare(a.size(), b.size()))
            .orElseThrow();
    RgbImage image = decoder.decode(dataset.image(most.get(0)));
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < questions; i++) {
      asked.add(new Asked(image, most.get(i % most.size()).question()));
    }
    return asked;
  }
}
