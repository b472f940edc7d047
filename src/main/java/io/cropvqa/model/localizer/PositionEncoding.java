package io.cropvqa.model.localizer;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.pruning.PatchGrid;

/** Sines and cosines that say where a patch or a word stands. */
public final class PositionEncoding {
  /**
   * Slowest and fastest wave over a picture, in cycles: the fastest tells 1/32 from its neighbour.
   */
  private static final double SLOWEST = 0.25;

  private static final double FASTEST = 16;

  /** Wave length of the slowest wave over words, in 2 pi words. */
  private static final double WORDS = 100;

  private PositionEncoding() {}

  /**
   * Where patches lie on the original image: their centres, whatever the grid and however the
   * picture was resized, cropped or padded.
   *
   * @param patches a grid's patches, one for each token
   * @param width W, a multiple of 4: a half for x, a half for y
   * @return [N, W], row by row
   */
  public static float[] ofPatches(PatchGrid grid, int[] patches, int width) {
    float[] rows = new float[patches.length * width];
    double[] cycles = geometric(width / 4, SLOWEST, FASTEST);
    for (int token = 0; token < patches.length; token++) {
      ImageBox box = grid.box(patches[token]);
      int row = token * width;
      for (int i = 0; i < cycles.length; i++) {
        put(rows, row + 2 * i, 2 * Math.PI * cycles[i] * box.centreX());
        put(rows, row + width / 2 + 2 * i, 2 * Math.PI * cycles[i] * box.centreY());
      }
    }
    return rows;
  }

  /**
   * The order of words.
   *
   * @param width W, even
   * @return [T, W], row by row
   */
  static float[] ofWords(int words, int width) {
    float[] rows = new float[words * width];
    double[] speeds = geometric(width / 2, 1, 1 / WORDS);
    for (int word = 0; word < words; word++) {
      for (int i = 0; i < speeds.length; i++) {
        put(rows, word * width + 2 * i, word * speeds[i]);
      }
    }
    return rows;
  }

  private static void put(float[] rows, int at, double angle) {
    rows[at] = (float) Math.sin(angle);
    rows[at + 1] = (float) Math.cos(angle);
  }

  private static double[] geometric(int count, double first, double last) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = count == 1 ? first : first * Math.pow(last / first, i / (count - 1.0));
    }
    return values;
  }
}
