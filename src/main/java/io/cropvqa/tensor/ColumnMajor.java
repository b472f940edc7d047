package io.cropvqa.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Matrices that lie in memory column by column. So stored, weights are multiplied faster by few
 * rows, since neither MKL nor oneDNN has to turn them over each time: 4096 x 4096 take half of the
 * time at 45 rows, three quarters at 120; 320 x 128 0.75 of it at one row, 0.6 at eight, 0.9 at a
 * hundred; measured.
 */
public final class ColumnMajor {
  /** Numbers of a page of memory. */
  private static final long PAGE = 1024;

  /** Numbers that stay in a core's own cache while a model's layers take their turns. */
  private static final long SMALL = 1 << 17;

  /** Numbers of a cache line. */
  private static final long LINE = 16;

  private ColumnMajor() {}

  /**
   * Whether a matrix should be stored so. What is multiplied by one row is read through at the pace
   * of memory, which short columns don't keep: those of 512 x 2048 are read at 0.6 of it, of 2048 x
   * 2048 at all of it; measured. Small matrices are in a cache.
   */
  public static boolean suits(long rows, long columns) {
    return isSmall(rows, columns) || rows >= PAGE;
  }

  /** Whether a matrix is so small that to copy it is worth it. */
  public static boolean isSmall(long rows, long columns) {
    return rows * columns <= SMALL;
  }

  /**
   * How far apart columns begin: an odd number of cache lines, so that the columns of a small block
   * don't compete for the same few places of a cache.
   */
  public static long width(long rows) {
    return ((rows + LINE - 1) / LINE | 1) * LINE;
  }

  /**
   * @param columns [in, {@link #width} of out], contiguous; taken over
   * @return [out, in]
   */
  public static NDArray of(NDArray columns, long out) {
    try (columns;
        NDArray used = TorchOps.slice(columns, 1, 0, out)) {
      return used.transpose();
    }
  }
}
