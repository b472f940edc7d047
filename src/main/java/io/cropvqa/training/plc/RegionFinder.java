package io.cropvqa.training.plc;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.pruning.VisualTokens;

/** Says where a question of a training looks. */
@FunctionalInterface
public interface RegionFinder {
  /** Where the data set says; at the whole image where it doesn't. */
  RegionFinder TRUE_REGIONS =
      (example, image, tokens) -> example.region().orElse(ContextualRegion.WHOLE_IMAGE);

  /**
   * @param tokens all of the image's
   */
  ContextualRegion find(AnswerExample example, RgbImage image, VisualTokens tokens);
}
