package io.cropvqa.model.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.ColumnMajor;
import io.cropvqa.tensor.Torch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A linear layer of a large model by how its weights lie in memory: few rows are what a pruned
 * prompt, or a batch of questions that decode, is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LinearBenchmark {
  /** Together larger than any cache: layers don't find their weights there either. */
  private static final int LAYERS = 4;

  @Param({"1", "8", "45", "120", "640"})
  public int rows;

  @Param("4096x4096")
  public String shape;

  @Param({"row-major", "column-major"})
  public String order;

  private NDManager root;
  private NDArray x; // [T, in]
  private final Linear[] layers = new Linear[LAYERS];
  private int next;

  @Setup
  public void open() {
    String[] sizes = shape.split("x");
    long out = Long.parseLong(sizes[0]);
    long in = Long.parseLong(sizes[1]);
    root = Torch.open(Device.cpu());
    x = random(rows, in);
    for (int i = 0; i < LAYERS; i++) {
      NDArray weight =
          order.equals("row-major")
              ? random(out, in)
              : ColumnMajor.of(random(in, ColumnMajor.width(out)), out);
      layers[i] = new Linear(weight, null);
    }
  }

  private NDArray random(long... size) {
    return root.randomNormal(0, 1, new Shape(size), DataType.FLOAT32);
  }

  @TearDown
  public void close() {
    root.close();
  }

  @Benchmark
  public void linear() {
    next = (next + 1) % LAYERS;
    layers[next].forward(x).close();
  }
}
