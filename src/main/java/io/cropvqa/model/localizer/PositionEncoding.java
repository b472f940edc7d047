package io.cropvqa.model.localizer;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.tensor.Waves;
import java.util.HashMap;
import java.util.Map;

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
   * Where patches lie on the original image: their centres, whatever the grids and however the
   * picture was resized, cropped or padded.
   *
   * @param patches places in the layout, one for each token
   * @param width W, a multiple of 4: a half for x, a half for y
   * @return [N, W], row by row
   */
  public static float[] ofPatches(VisualLayout layout, int[] patches, int width) {
    float[] rows = new float[patches.length * width];
    Waves waves = new Waves(width / 4, 2 * Math.PI * SLOWEST, 2 * Math.PI * FASTEST);
    Map<Double, float[]> known = new HashMap<>(); // patches stand in rows and columns
    for (int token = 0; token < patches.length; token++) {
      ImageBox box = layout.box(patches[token]);
      float[] x = known.computeIfAbsent(box.centreX(), waves::at);
      float[] y = known.computeIfAbsent(box.centreY(), waves::at);
      System.arraycopy(x, 0, rows, token * width, x.length);
      System.arraycopy(y, 0, rows, token * width + x.length, y.length);
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
    Waves waves = new Waves(width / 2, 1, 1 / WORDS);
    for (int word = 0; word < words; word++) {
      waves.write(word, rows, word * width);
    }
    return rows;
  }
}
