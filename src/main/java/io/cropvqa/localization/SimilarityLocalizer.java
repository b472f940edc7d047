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
  /** A patch belongs to the region down to this share of the best patch's similarity. */
  private static final double REACH = 0.55;

  /** Below this cosine nothing in the picture is what the question names. */
  private static final double LEAST_SIMILARITY = 0.2;

  /** Sharpness of the confidence: cosines are divided by it before the softmax. */
  private static final double TEMPERATURE = 1.0 / 40;

  private final VisionLanguageModel model;
  private final ContentWords contentWords;

  public SimilarityLocalizer(VisionLanguageModel model) {
    this.model = model;
    this.contentWords = new ContentWords(model.tokenizer());
  }

  @Override
  public String revision() {
    return "similarity-" + model.revision();
  }

  @Override
  public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
    int[] words = contentWords.of(question);
    if (words.length == 0) {
      return LocatedRegion.fallback(0);
    }
    float[] scores = similarities(tokens, words);
    PatchMap map = new PatchMap(tokens.grid(), scores);
    int best = map.best();
    if (scores[best] < LEAST_SIMILARITY) {
      return LocatedRegion.fallback(0);
    }
    ContextualRegion region = ContextualRegion.covering(map.around(best, REACH * scores[best]));
    double confidence = map.massInside(region, TEMPERATURE);
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
