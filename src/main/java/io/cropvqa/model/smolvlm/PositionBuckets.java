package io.cropvqa.model.smolvlm;

/**
 * Which of the tower's positions each patch of a picture has, be the picture as large as the tower
 * is made for or smaller. Source: transformers, {@code Idefics3VisionEmbeddings}, down to its
 * rounding in 32 bits.
 */
final class PositionBuckets {
  private static final float ALMOST_ONE = (float) (1.0 - 1e-6);

  private PositionBuckets() {}

  /**
   * @param patches along each side of the picture
   * @param side positions along each side
   * @return [patches * patches]
   */
  static long[] of(int patches, int side) {
    int[] along = along(patches, side);
    long[] ids = new long[patches * patches];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) along[i / patches] * side + along[i % patches];
    }
    return ids;
  }

  /** How many of the boundaries 1/n, 2/n, ... each patch's beginning has reached. */
  private static int[] along(int patches, int side) {
    double width = 1.0 / side;
    float step = 1f / patches;
    int[] buckets = new int[patches];
    for (int i = 0; i < patches; i++) {
      float beginning = Math.min(i * step, ALMOST_ONE);
      while (buckets[i] < side - 1 && (float) (width + buckets[i] * width) <= beginning) {
        buckets[i]++;
      }
    }
    return buckets;
  }
}
