package io.cropvqa.model;

import io.cropvqa.model.layers.RotaryEmbedding;

/**
 * RESTORE's calibration of pruned attention: a visual token that is left answers for those that are
 * gone, so its logits gain {@code log(s * (c - D(x)))}, where s is how many tokens it is made of
 * and x how far the query is from it. D is how well the rotary embedding lets a query see that far;
 * what is near gains little and what is far up to {@code log(s * c)}. Source: Cho et al., ICML
 * 2026, arXiv 2606.01711; x as the distance from query to key is our reading.
 *
 * <p>Worked example: alone and right beside the query a token gains {@code log(1 * (2 - 1)) = 0};
 * far away, where D is 0, {@code log 2}; made of four and far away, {@code log 8}. Text gains
 * nothing.
 */
final class AttentionBias {
  private static final double CEILING = 2; // c

  private final RotaryEmbedding rotary;
  private float[] distant = new float[0]; // log(c - D(x)) for x = 0, 1, 2, ...

  AttentionBias(RotaryEmbedding rotary) {
    this.rotary = rotary;
  }

  /**
   * @param keys the prompt's rows; keys after them are text
   * @param keyCount Tk
   * @param queries position ids of the query rows
   * @param lastKey for each query row the last key row it sees: later ones are masked
   * @return [queries * Tk], row by row
   */
  float[] of(PromptRows keys, int keyCount, int[] queries, int[] lastKey) {
    float[] bias = new float[queries.length * keyCount];
    for (int query = 0; query < queries.length; query++) {
      for (int key = 0; key < keyCount; key++) {
        bias[query * keyCount + key] =
            key > lastKey[query] ? Float.NEGATIVE_INFINITY : gain(keys, key, queries[query]);
      }
    }
    return bias;
  }

  private float gain(PromptRows keys, int key, int query) {
    if (key >= keys.count() || !keys.isVisual(key)) {
      return 0;
    }
    return distant(query - keys.positions()[key]) + (float) Math.log(keys.members()[key]);
  }

  private float distant(int distance) {
    if (distance >= distant.length) {
      float[] more = new float[Math.max(distance + 1, 2 * distant.length)];
      for (int x = 0; x < more.length; x++) {
        more[x] = (float) Math.log(CEILING - rotary.response(x));
      }
      distant = more;
    }
    return distant[distance];
  }
}
