package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;

/** Attention over rows that are already projected. */
public final class SelfAttention {
  private SelfAttention() {}

  /**
   * Every query row sees every key row, or, if causal, those up to its own.
   *
   * <p>A single query row with grouped heads is laid out as one row per head of its group, so that
   * keys and values are read once and never repeated.
   *
   * @param q [Tq, H, d]
   * @param k [Tk, Hkv, d], H a multiple of Hkv
   * @param v [Tk, Hkv, d]
   * @return [Tq, H * d]
   * @throws IllegalStateException if causal rows follow others: a prompt goes in as a whole
   */
  public static NDArray attend(NDArray q, NDArray k, NDArray v, boolean causal) {
    long rows = q.getShape().get(0);
    long heads = q.getShape().get(1);
    long size = q.getShape().get(2);
    long groups = k.getShape().get(1);
    NDArray keys = k.transpose(1, 0, 2).expandDims(0); // [1, Hkv, Tk, d]
    NDArray values = v.transpose(1, 0, 2).expandDims(0);
    if (rows == 1) {
      NDArray grouped = q.reshape(1, groups, heads / groups, size);
      return TorchOps.attention(grouped, keys, values, false).reshape(1, heads * size);
    }
    if (causal && rows != k.getShape().get(0)) {
      throw new IllegalStateException(
          "causal attention of %d rows to %d".formatted(rows, k.getShape().get(0)));
    }
    NDArray queries = q.transpose(1, 0, 2).expandDims(0); // [1, H, Tq, d]
    NDArray mixed = TorchOps.attention(queries, keys, values, causal); // [1, H, Tq, d]
    return mixed.transpose(0, 2, 1, 3).reshape(rows, heads * size);
  }

  /**
   * Every query row sees every key row as much more or less as its bias says.
   *
   * @param q [Tq, H, d]
   * @param k [Tk, Hkv, d], H a multiple of Hkv
   * @param v [Tk, Hkv, d]
   * @param bias [Tq, Tk], added to the logits; minus infinity hides a key
   * @return [Tq, H * d]
   */
  public static NDArray attend(NDArray q, NDArray k, NDArray v, NDArray bias) {
    NDArray queries = q.transpose(1, 0, 2).expandDims(0); // [1, H, Tq, d]
    NDArray keys = k.transpose(1, 0, 2).expandDims(0); // [1, Hkv, Tk, d]
    NDArray values = v.transpose(1, 0, 2).expandDims(0);
    NDArray mixed = TorchOps.attention(queries, keys, values, bias); // [1, H, Tq, d]
    return mixed.transpose(0, 2, 1, 3).reshape(q.getShape().get(0), -1);
  }

  /**
   * Attention probabilities of a few query rows, averaged over heads: what pruning ranks by. Only
   * these rows of the map are ever computed.
   *
   * @param q [Tq, H, d]
   * @param k [Tk, Hkv, d]
   * @param lastKey for each query row the last key row it sees
   * @return [Tq, Tk]; each row adds up to 1
   */
  public static NDArray probabilities(NDArray q, NDArray k, int[] lastKey) {
    int keys = (int) k.getShape().get(0);
    Shape shape = new Shape(lastKey.length, keys);
    return probabilities(q, k, q.getManager().create(causalMask(lastKey, keys), shape));
  }

  /**
   * Like {@link #probabilities(NDArray, NDArray, int[])}, with a bias.
   *
   * @param bias [Tq, Tk], added to the logits; minus infinity hides a key
   */
  public static NDArray probabilities(NDArray q, NDArray k, NDArray bias) {
    long rows = q.getShape().get(0);
    long heads = q.getShape().get(1);
    long size = q.getShape().get(2);
    long groups = k.getShape().get(1);
    long keys = k.getShape().get(0);
    NDArray grouped =
        q.transpose(1, 0, 2).reshape(groups, heads / groups * rows, size); // [Hkv, H/Hkv * Tq, d]
    NDArray scores = grouped.matMul(k.transpose(1, 2, 0)).mul((float) (1 / Math.sqrt(size)));
    NDArray biased = scores.reshape(heads, rows, keys).add(bias);
    return biased.softmax(-1).mean(new int[] {0});
  }

  /**
   * Minus infinity where a row sees no key, 0 elsewhere: [rows, keys], row by row.
   *
   * @param lastKey for each row the last key that it sees
   */
  public static float[] causalMask(int[] lastKey, int keys) {
    float[] mask = new float[lastKey.length * keys];
    for (int row = 0; row < lastKey.length; row++) {
      Arrays.fill(mask, row * keys + lastKey[row] + 1, (row + 1) * keys, Float.NEGATIVE_INFINITY);
    }
    return mask;
  }
}
