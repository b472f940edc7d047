package io.cropvqa.model.processing;

/** Pillow's antialiasing resize filters (src/libImaging/Resample.c). */
public enum ResampleFilter {
  LANCZOS(1, 3) {
    @Override
    double weight(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }

    private static double sinc(double x) {
      if (x == 0) {
        return 1;
      }
      double angle = x * Math.PI;
      return Math.sin(angle) / angle;
    }
  },

  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },

  /** The cubic convolution with a = -0.5; torch and OpenCV take -0.75. */
  BICUBIC(3, 2) {
    @Override
    double weight(double x) {
      double a = -0.5;
      double t = Math.abs(x);
      if (t < 1) {
        return ((a + 2) * t - (a + 3)) * t * t + 1;
      }
      return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
    }
  };

  private final int code;
  private final double support;

  ResampleFilter(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /** Weight of a pixel {@code x} pixels away from the centre. */
  abstract double weight(double x);

  /** Distance from which on weights are zero. */
  double support() {
    return support;
  }

  /**
   * The filter with Pillow's number, the {@code resample} of a preprocessor_config.json.
   *
   * @throws IllegalArgumentException if it is none of these three
   */
  public static ResampleFilter ofCode(int code) {
    for (ResampleFilter filter : values()) {
      if (filter.code == code) {
        return filter;
      }
    }
    throw new IllegalArgumentException(
        "resample is %d, supported are 1 (lanczos), 2 (bilinear) and 3 (bicubic)".formatted(code));
  }
}
