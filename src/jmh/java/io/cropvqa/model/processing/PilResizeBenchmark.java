package io.cropvqa.model.processing;

import io.cropvqa.domain.RgbImage;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A picture of a side resized to 336 x 336, as CLIP's processor does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PilResizeBenchmark {
  private static final int TO = 336;

  @Param({"256", "1024"})
  public int side;

  private RgbImage picture;

  @Setup
  public void draw() {
    byte[] rgb = new byte[side * side * 3];
    new Random(0).nextBytes(rgb);
    picture = new RgbImage(side, side, rgb, "random");
  }

  @Benchmark
  public byte[] bicubic() {
    return PilResize.resize(
        picture, TO, TO, PixelWindow.ofWhole(TO, TO), ResampleFilter.BICUBIC);
  }
}
