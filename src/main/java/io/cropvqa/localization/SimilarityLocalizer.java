package io.cropvqa.localization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualTokens;

/**
 * The similarity localizer (ours), for models trained so that visual tokens lie near the words for
 * what they show: the patches most like one of the question's content words are the region.
 *
 * <p>It shares the main model's visual tokens, so it costs one product of [N, D] and [D, words].
 */
public final class SimilarityLocalizer implements RegionLocalizer {
  /**
   * What the method leaves open.
   *
   * @param reach a patch belongs to the region down to this share of the best patch's similarity,
   *     in (0, 1]
   * @param leastSimilarity cosine below which nothing in the picture is what the question names
   * @param temperature cosines are divided by it before the softmax that the confidence comes from
   */
  public record Settings(double reach, double leastSimilarity, double temperature) {
    public static final Settings DEFAULTS = new Settings(0.55, 0.2, 0.025);

    public Settings {
      require(reach > 0 && reach <= 1, "reach", "in (0, 1]", reach);
      require(Math.abs(leastSimilarity) <= 1, "least", "in [-1, 1]", leastSimilarity);
      require(temperature > 0, "temperature", "above 0", temperature);
    }

    private static void require(boolean fits, String setting, String range, double value) {
      if (!fits) {
        throw new IllegalArgumentException(
            "crop.localizer.similarity-%s must be %s, got %s".formatted(setting, range, value));
      }
    }
  }

  private final VisionLanguageModel model;
  private final ContentWords contentWords;
  private final Settings settings;

  public SimilarityLocalizer(VisionLanguageModel model, Settings settings) {
    this.model = model;
    this.settings = settings;
    this.contentWords = new ContentWords(model.tokenizer());
  }

  @Override
  public String revision() {
    return "similarity-%s-%s".formatted(model.revision(), settings);
  }

  @Override
  public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
    int[] words = contentWords.of(question);
    if (words.length == 0) {
      return LocatedRegion.fallback(0);
    }
    float[] scores = similarities(tokens, words);
    PatchMap map = PatchMap.of(tokens.layout(), scores);
    int best = map.best();
    if (scores[best] < settings.leastSimilarity()) {
      return LocatedRegion.fallback(0);
    }
    ContextualRegion region =
        ContextualRegion.covering(map.around(best, settings.reach() * scores[best]));
    double confidence = map.massInside(region, settings.temperature());
    return new LocatedRegion(region, LocatedRegion.Source.LOCALIZER, confidence);
  }

  /** For each visual token the cosine with the word it is most like: [N]. */
  private float[] similarities(VisualTokens tokens, int[] words) {
    try (NDManager step = model.newScope()) {
      NDArray visual = tokens.embeddings().duplicate();
      visual.attach(step);
      NDArray text = model.languageModel().embed(words, step).normalize(2, 1); // [words, D]
      NDArray cosines = visual.normalize(2, 1).matMul(text.transpose()); // [N, words]
      return cosines.max(new int[] {1}).toFloatArray();
    }
  }
}
