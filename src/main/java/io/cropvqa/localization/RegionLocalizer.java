package io.cropvqa.localization;

import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.pruning.VisualTokens;

/** Finds the region of an image that a question is about. Safe for use by many threads. */
public interface RegionLocalizer extends AutoCloseable {

  /** Changes when the same question may get another region. */
  String revision();

  /**
   * @param image the picture, for localizers that look for themselves
   * @param tokens the main model's visual tokens of it, for those that share its eyes
   * @return the region and the belief in it; a fallback with confidence 0 if there is nothing to go
   *     by
   */
  LocatedRegion locate(RgbImage image, VisualTokens tokens, String question);

  /** Frees what the localizer alone holds. */
  @Override
  default void close() {}
}
