package io.cropvqa.engine.trial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The best that the machine does at what decoders are made of: multiplying matrices, which bounds a
 * prefill, and reading memory, which bounds decoding. Measured with the threads that decoders have.
 */
public final class Ceiling implements AutoCloseable {
  private static final int SIDE = 2048;
  private static final int COLUMNS = 4096;
  private static final int ROWS = 1 << 15; // 512 MiB: far larger than any cache
  private static final int REPETITIONS = 3;

  private final NDManager root;
  private final NDArray square;
  private final NDArray wide;
  private final NDArray column;

  /**
   * @param root taken over
   */
  Ceiling(NDManager root) {
    this.root = root;
    this.square = root.ones(new Shape(SIDE, SIDE));
    this.wide = root.ones(new Shape(ROWS, COLUMNS));
    this.column = root.ones(new Shape(COLUMNS, 1));
  }

  /** Floating-point operations a second of a square matrix product: the best of several. */
  public double flopsPerSecond() {
    return 2.0 * SIDE * SIDE * SIDE / fastest(square, square);
  }

  /** Bytes a second that a matrix-vector product reads: the best of several. */
  public double bytesPerSecond() {
    return (double) ROWS * COLUMNS * Float.BYTES / fastest(wide, column);
  }

  private double fastest(NDArray left, NDArray right) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < REPETITIONS; i++) {
      long begun = System.nanoTime();
      try (NDArray product = left.matMul(right)) {
        product.getFloat(0, 0); // waits for a device that runs ahead
        least = Math.min(least, (System.nanoTime() - begun) / 1e9);
      }
    }
    return least;
  }

  @Override
  public void close() {
    root.close();
  }
}
