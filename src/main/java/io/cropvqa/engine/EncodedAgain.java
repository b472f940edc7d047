package io.cropvqa.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.EncoderView;
import java.util.Optional;

/**
 * What the encoder attended to in a picture whose tokens are remembered, for a model that lets its
 * encoder be seen: the picture is encoded again when somebody asks. For one thread at a time.
 */
final class EncodedAgain implements EncoderView {
  private final VisionLanguageModel model;
  private final RgbImage image;
  private final NDManager scope;
  private Optional<EncoderView> view = Optional.empty();

  /**
   * @param scope owns what is made
   */
  EncodedAgain(VisionLanguageModel model, RgbImage image, NDManager scope) {
    this.model = model;
    this.image = image;
    this.scope = scope;
  }

  private EncoderView view() {
    if (view.isEmpty()) {
      view = model.encode(image, scope).encoder();
    }
    return view.orElseThrow();
  }

  @Override
  public float[] attention() {
    return view().attention();
  }

  @Override
  public NDArray keys(NDManager owner) {
    return view().keys(owner);
  }
}
