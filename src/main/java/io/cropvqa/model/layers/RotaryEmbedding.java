package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Rotary position embedding, in the split-half layout of transformers' Llama.
 *
 * <p>Worked example, d = 4, theta = 10,000: the frequencies are 1 and 0.01, so the vector (a, b, c,
 * e) at position 2 is rotated as the pairs (a, c) by 2 radians and (b, e) by 0.02.
 *
 * <p>Where positions have several axes, the frequencies are shared out among them in sections, the
 * fastest to the first axis. Source: transformers, {@code Qwen2VLRotaryEmbedding}.
 */
public final class RotaryEmbedding {
  private static final int REMEMBERED = 8192; // positions

  /** Cosines and sines of one position, [d / 2] each. */
  private record Turn(float[] cos, float[] sin) {}

  private final int headSize;
  private final float[] frequencies;
  private final int[] axisOf; // for each frequency
  private final AtomicReferenceArray<double[]> responses; // by axis; for distances asked for so far
  private final AtomicReferenceArray<Turn> turns = new AtomicReferenceArray<>(REMEMBERED);

  /** Positions of one axis. */
  public RotaryEmbedding(float[] frequencies) {
    this(frequencies, List.of(frequencies.length));
  }

  /**
   * @param frequencies [d / 2], radians per position
   * @param sections how many of the frequencies each axis has; d / 2 in all
   */
  public RotaryEmbedding(float[] frequencies, List<Integer> sections) {
    this.headSize = 2 * frequencies.length;
    this.frequencies = frequencies.clone();
    this.axisOf = new int[frequencies.length];
    this.responses = new AtomicReferenceArray<>(sections.size());
    int next = 0;
    for (int axis = 0; axis < sections.size(); axis++) {
      Arrays.fill(axisOf, next, next + sections.get(axis), axis);
      next += sections.get(axis);
    }
  }

  /**
   * Cosines and sines of some positions.
   *
   * @param cos [T, 1, d]
   * @param sin [T, 1, d], negative in the first half, as what turns it is the second half
   */
  public record Angles(NDArray cos, NDArray sin) {

    /** Turns each head's vector of row i by the angles of position i: [T, H, d] to [T, H, d]. */
    public NDArray rotate(NDArray x) {
      NDList halves = x.split(2, 2);
      NDArray swapped = halves.get(1).concat(halves.get(0), 2);
      return x.mul(cos).add(swapped.mul(sin));
    }
  }

  /**
   * One axis' part of how much of the product of two equal vectors the rotation leaves at a
   * distance. Over all axes it is {@code D(x) = mean_j cos(x * theta_j)}, 1 at distance 0 and about
   * 0 far away. Remembered.
   *
   * @param distance not negative
   */
  public double response(int axis, int distance) {
    double[] known = responses.get(axis);
    if (known == null || distance >= known.length) {
      known = new double[Math.max(distance + 1, known == null ? 0 : 2 * known.length)];
      for (int x = 0; x < known.length; x++) {
        known[x] = meanCosine(axis, x);
      }
      responses.set(axis, known);
    }
    return known[distance];
  }

  private double meanCosine(int axis, int distance) {
    double sum = 0;
    for (int i = 0; i < frequencies.length; i++) {
      if (axisOf[i] == axis) {
        sum += Math.cos(distance * (double) frequencies[i]);
      }
    }
    return sum / frequencies.length;
  }

  /**
   * @param positions of each row, any order, gaps allowed
   */
  public Angles at(Positions positions, NDManager step) {
    int rows = positions.count();
    float[] cos = new float[rows * headSize];
    float[] sin = new float[rows * headSize];
    int half = frequencies.length;
    Turn[] turn = new Turn[positions.axes()];
    for (int row = 0; row < rows; row++) {
      for (int axis = 0; axis < turn.length; axis++) {
        turn[axis] = turn(positions.at(axis, row));
      }
      for (int i = 0; i < half; i++) {
        int low = row * headSize + i;
        cos[low] = cos[low + half] = turn[axisOf[i]].cos[i];
        sin[low + half] = turn[axisOf[i]].sin[i];
        sin[low] = -sin[low + half];
      }
    }
    Shape shape = new Shape(rows, 1, headSize);
    return new Angles(step.create(cos, shape), step.create(sin, shape));
  }

  /** Every step asks for much the same positions, and a sine takes as long as many products. */
  private Turn turn(int position) {
    Turn known = position < REMEMBERED ? turns.get(position) : null;
    if (known != null) {
      return known;
    }
    float[] cos = new float[frequencies.length];
    float[] sin = new float[frequencies.length];
    for (int i = 0; i < frequencies.length; i++) {
      double angle = position * frequencies[i];
      cos[i] = (float) Math.cos(angle);
      sin[i] = (float) Math.sin(angle);
    }
    Turn turn = new Turn(cos, sin);
    if (position < REMEMBERED) {
      turns.set(position, turn);
    }
    return turn;
  }
}
