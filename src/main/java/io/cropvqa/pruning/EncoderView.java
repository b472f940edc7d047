package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What the vision encoder attended to, in the layer whose output became the N visual tokens.
 * Nothing is computed until it is asked for.
 */
public interface EncoderView {

  /**
   * How strongly the class token attends to each visual token, averaged over heads; in a tower
   * without one, how strongly all patches do.
   *
   * @return [N]
   */
  float[] attention();

  /**
   * The attention keys of each visual token, averaged over heads.
   *
   * @param scope owns the result
   * @return [N, d]
   */
  NDArray keys(NDManager scope);
}
