package io.cropvqa.model.processing;

/**
 * For one axis, which input pixels make up each output pixel and how much they weigh.
 *
 * <p>Weights are fixed-point numbers of {@value #PRECISION_BITS} bits, so that sums are exact and
 * the same everywhere (Pillow, Resample.c, {@code precompute_coeffs} and {@code
 * normalize_coeffs_8bpc}).
 *
 * @param starts first input pixel, one an output pixel
 * @param weights weights from that pixel on, one row an output pixel
 */
record ResampleKernel(int[] starts, int[][] weights) {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /**
   * @param from first output pixel wanted
   * @param to end of the output pixels wanted, exclusive
   */
  static ResampleKernel of(int inputSize, int outputSize, int from, int to, ResampleFilter filter) {
    double scale = (double) inputSize / outputSize;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    int[] starts = new int[to - from];
    int[][] weights = new int[to - from][];
    for (int i = 0; i < starts.length; i++) {
      double centre = (from + i + 0.5) * scale;
      int start = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(inputSize, (int) (centre + support + 0.5));
      starts[i] = start;
      weights[i] = weights(start, end, centre, filterScale, filter);
    }
    return new ResampleKernel(starts, weights);
  }

  private static int[] weights(
      int start, int end, double centre, double filterScale, ResampleFilter filter) {
    double[] exact = new double[end - start];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      exact[i] = filter.weight((i + start - centre + 0.5) * (1 / filterScale));
      sum += exact[i];
    }
    int[] weights = new int[exact.length];
    for (int i = 0; i < weights.length; i++) {
      double weight = (sum == 0 ? exact[i] : exact[i] / sum) * (1 << PRECISION_BITS);
      weights[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return weights;
  }

  /**
   * Writes {@code starts.length} weighted sums of 8-bit values.
   *
   * @param inputStride bytes from one input pixel to the next
   */
  void apply(
      byte[] input,
      int inputOffset,
      int inputStride,
      byte[] output,
      int outputOffset,
      int outputStride) {
    for (int i = 0; i < starts.length; i++) {
      int at = inputOffset + starts[i] * inputStride;
      int sum = HALF;
      for (int weight : weights[i]) {
        sum += (input[at] & 0xFF) * weight;
        at += inputStride;
      }
      int value = sum >> PRECISION_BITS;
      output[outputOffset + i * outputStride] = (byte) Math.max(0, Math.min(255, value));
    }
  }

  /** First input pixel that any output pixel needs. */
  int firstInput() {
    return starts[0];
  }

  /** End of the input pixels that any output pixel needs, exclusive. */
  int lastInput() {
    int last = starts.length - 1;
    return starts[last] + weights[last].length;
  }
}
