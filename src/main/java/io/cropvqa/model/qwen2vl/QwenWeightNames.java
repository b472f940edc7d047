package io.cropvqa.model.qwen2vl;

/**
 * Names of Qwen-VL's weights, as transformers 5 saves them; those of transformers 4 are read as
 * these.
 *
 * <pre>
 * model.language_model.layers.0...  model.visual.blocks.0...  lm_head.weight  (5.x)
 * model.layers.0...                 visual.blocks.0...        lm_head.weight  (4.x)
 * </pre>
 */
public final class QwenWeightNames {
  static final String DECODER = "model.language_model";
  static final String HEAD = "lm_head";
  static final String TOWER = "model.visual";

  private QwenWeightNames() {}

  /** The name that a weight is asked for by, given the one in the file. */
  public static String canonical(String stored) {
    return stored
        .replaceFirst("^visual\\.", TOWER + ".")
        .replaceFirst("^model\\.(?!language_model\\.|visual\\.)", DECODER + ".");
  }
}
