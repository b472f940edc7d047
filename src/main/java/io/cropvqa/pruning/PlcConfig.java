package io.cropvqa.pruning;

/**
 * Shape of the {@code plc} network, under the keys of {@code plc/config.json}.
 *
 * @param visualSize D, width of the visual tokens that it was trained on
 * @param hiddenSize W, width of queries, keys and values
 * @param numAttentionHeads H; W is a multiple
 * @param anchors share of the region's tokens that stay uncompressed, in [0, 1)
 */
public record PlcConfig(int visualSize, int hiddenSize, int numAttentionHeads, double anchors) {
  private static final int WIDEST = 256;

  public PlcConfig {
    require(visualSize > 0, "visual_size = %d must be positive", visualSize);
    require(
        numAttentionHeads > 0 && hiddenSize > 0 && hiddenSize % numAttentionHeads == 0,
        "hidden_size = %d must be a multiple of num_attention_heads = %d",
        hiddenSize,
        numAttentionHeads);
    require(isShare(anchors), "anchors = %s must be in [0, 1)", anchors);
  }

  private static void require(boolean fits, String message, Object... values) {
    if (!fits) {
      throw new IllegalArgumentException("config.json: " + message.formatted(values));
    }
  }

  static boolean isShare(double anchors) {
    return anchors >= 0 && anchors < 1;
  }

  /**
   * What is trained unless somebody says otherwise.
   *
   * @param visualSize D
   */
  public static PlcConfig of(int visualSize) {
    return new PlcConfig(visualSize, Math.min(WIDEST, 4 * Math.max(1, visualSize / 4)), 4, 0.25);
  }
}
