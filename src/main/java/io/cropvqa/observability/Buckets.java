package io.cropvqa.observability;

import java.time.Duration;
import java.util.stream.DoubleStream;

/**
 * Upper bounds of the histograms. Those of the {@code gen_ai.*} meters are prescribed by the
 * OpenTelemetry conventions, so that services can be laid over each other; ours cover a cached
 * region on a small model as well as a cold one on a large model.
 */
final class Buckets {
  static final Duration[] REQUEST_DURATION =
      seconds(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);

  static final Duration[] TIME_TO_FIRST_TOKEN =
      seconds(
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5,
          10.0);

  static final Duration[] TIME_PER_OUTPUT_TOKEN =
      seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5);

  static final double[] TOKEN_USAGE = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
  };

  static final Duration[] STAGE =
      seconds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

  static final Duration[] RECORD_AGE =
      seconds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600);

  /** Powers of two, and the budgets and grid that published results are given for. */
  static final double[] VISUAL_TOKENS = {16, 32, 64, 128, 192, 256, 576, 1024, 2048, 4096};

  static final double[] RATIO = {0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1};

  static final double[] BATCH_SIZE = {1, 2, 4, 8, 16, 32, 64};

  private Buckets() {}

  private static Duration[] seconds(double... bounds) {
    return DoubleStream.of(bounds)
        .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
        .toArray(Duration[]::new);
  }
}
