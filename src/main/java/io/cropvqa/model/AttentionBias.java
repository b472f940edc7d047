package io.cropvqa.model;

import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import java.util.Arrays;

/**
 * RESTORE's calibration of pruned attention: a visual token that is left answers for those that are
 * gone, so its logits gain {@code log(s * (c - D(x)))}, where s is how many tokens it is made of
 * and x how far the query is from it. D is how well the rotary embedding lets a query see that far;
 * what is near gains little and what is far up to {@code log(s * c)}. Source: Cho et al., ICML
 * 2026, arXiv 2606.01711; x as the distance from query to key, on each axis its own, is our
 * reading.
 *
 * <p>Worked example: alone and right beside the query a token gains {@code log(1 * (2 - 1)) = 0};
 * far away, where D is 0, {@code log 2}; made of four and far away, {@code log 8}. Text gains
 * nothing.
 */
final class AttentionBias {
  private static final double CEILING = 2; // c

  private final RotaryEmbedding rotary;

  AttentionBias(RotaryEmbedding rotary) {
    this.rotary = rotary;
  }

  /**
   * @param keys the prompt's rows; keys after them are text
   * @param keyCount Tk
   * @param queries positions of the query rows
   * @param lastKey for each query row the last key row it sees: later ones are masked
   * @return [queries * Tk], row by row
   */
  float[] of(PromptRows keys, int keyCount, Positions queries, int[] lastKey) {
    float[] stoodFor = new float[keys.count()]; // log of how many tokens
    for (int key = 0; key < stoodFor.length; key++) {
      stoodFor[key] = (float) Math.log(keys.members()[key]);
    }
    float[] bias = new float[queries.count() * keyCount];
    for (int query = 0; query < queries.count(); query++) {
      int row = query * keyCount;
      for (int key = 0; key <= lastKey[query]; key++) {
        if (key < stoodFor.length && keys.isVisual(key)) {
          bias[row + key] = farness(keys.positions(), key, queries, query) + stoodFor[key];
        }
      }
      Arrays.fill(bias, row + lastKey[query] + 1, row + keyCount, Float.NEGATIVE_INFINITY);
    }
    return bias;
  }

  private float farness(Positions keys, int key, Positions queries, int query) {
    double response = 0;
    for (int axis = 0; axis < queries.axes(); axis++) {
      int distance = Math.abs(queries.at(axis, query) - keys.at(axis, key));
      response += rotary.response(axis, distance);
    }
    return (float) Math.log(CEILING - response);
  }
}
