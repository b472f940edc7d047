package io.cropvqa.model.llava;

/**
 * Names of LLaVA's weights. transformers has saved the same checkpoint under three layouts; each is
 * read as the one that {@code save_pretrained} writes today.
 *
 * <pre>
 * language_model.model.layers.0...  vision_tower.encoder...               language_model.lm_head.weight  (5.x)
 * language_model.model.layers.0...  vision_tower.vision_model.encoder...  language_model.lm_head.weight  (4.3x)
 * model.language_model.layers.0...  model.vision_tower.vision_model...    lm_head.weight                 (4.5x)
 * </pre>
 */
public final class LlavaWeightNames {
  public static final String DECODER = "language_model.model";
  public static final String HEAD = "language_model.lm_head";
  static final String TOWER = "vision_tower";
  static final String PROJECTOR = "multi_modal_projector";

  private LlavaWeightNames() {}

  /** The name that a weight is asked for by, given the one in the file. */
  public static String canonical(String stored) {
    return stored
        .replaceFirst("^model\\.language_model\\.", DECODER + ".")
        .replaceFirst("^lm_head\\.", HEAD + ".")
        .replaceFirst("^model\\.(vision_tower|multi_modal_projector|image_newline)\\b", "$1")
        .replaceFirst("^vision_tower\\.vision_model\\.", TOWER + ".");
  }
}
