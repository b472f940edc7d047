package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary position embedding, in the split-half layout of transformers' Llama.
 *
 * <p>Worked example, d = 4, theta = 10,000: the frequencies are 1 and 0.01, so the vector (a, b, c,
 * e) at position 2 is rotated as the pairs (a, c) by 2 radians and (b, e) by 0.02.
 */
public final class RotaryEmbedding {
  private final int headSize;
  private final float[] frequencies;

  /**
   * @param frequencies [d / 2], radians per position
   */
  public RotaryEmbedding(float[] frequencies) {
    this.headSize = 2 * frequencies.length;
    this.frequencies = frequencies.clone();
  }

  /**
   * Cosines and sines of some positions.
   *
   * @param cos [T, 1, d]
   * @param sin [T, 1, d]
   */
  public record Angles(NDArray cos, NDArray sin) {

    /** Turns each head's vector of row i by the angles of position i: [T, H, d] to [T, H, d]. */
    public NDArray rotate(NDArray x) {
      NDList halves = x.split(2, 2);
      NDArray turned = halves.get(1).neg().concat(halves.get(0), 2);
      return x.mul(cos).add(turned.mul(sin));
    }
  }

  /**
   * How much of the product of two equal vectors the rotation leaves at a distance: {@code D(x) =
   * mean_j cos(x * theta_j)}, 1 at distance 0 and about 0 far away.
   */
  public double response(int distance) {
    double sum = 0;
    for (float frequency : frequencies) {
      sum += Math.cos(distance * (double) frequency);
    }
    return sum / frequencies.length;
  }

  /**
   * @param positions position id of each row, any order, gaps allowed
   */
  public Angles at(int[] positions, NDManager step) {
    float[] cos = new float[positions.length * headSize];
    float[] sin = new float[positions.length * headSize];
    int half = frequencies.length;
    for (int row = 0; row < positions.length; row++) {
      for (int i = 0; i < half; i++) {
        double angle = positions[row] * frequencies[i];
        int low = row * headSize + i;
        cos[low] = cos[low + half] = (float) Math.cos(angle);
        sin[low] = sin[low + half] = (float) Math.sin(angle);
      }
    }
    Shape shape = new Shape(positions.length, 1, headSize);
    return new Angles(step.create(cos, shape), step.create(sin, shape));
  }
}
