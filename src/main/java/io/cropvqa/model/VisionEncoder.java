package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.pruning.VisualTokens;
import java.util.Optional;

/** What a family does to an image: image processor, vision tower, projector. */
public interface VisionEncoder {

  /**
   * Pixels to visual tokens.
   *
   * @param memory owns the result; its scope is the question
   * @throws io.cropvqa.domain.UnusableInputException if the image can't be made a fitting size
   */
  VisualTokens encode(RgbImage image, NDManager memory);

  /**
   * The embedding that stands after each row of patches, [1, D], where the layouts of this encoder
   * have row ends.
   */
  default Optional<NDArray> rowEnd() {
    return Optional.empty();
  }
}
