package io.cropvqa.pruning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Picking 11 % of a picture's tokens that are unlike each other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MaxMinDiversityBenchmark {
  @Param({"256x128", "576x4096"})
  public String states;

  private NDManager root;
  private NDArray tokens; // [N, D]
  private int[] all;

  @Setup
  public void open() {
    String[] sizes = states.split("x");
    int count = Integer.parseInt(sizes[0]);
    root = Torch.open(Device.cpu());
    Shape shape = new Shape(count, Integer.parseInt(sizes[1]));
    tokens = root.randomNormal(0, 1, shape, DataType.FLOAT32);
    all = IntStream.range(0, count).toArray();
  }

  @TearDown
  public void close() {
    root.close();
  }

  @Benchmark
  public int[] pick() {
    try (NDManager step = root.newSubManager()) {
      NDArray view = tokens.reshape(tokens.getShape());
      view.attach(step);
      return MaxMinDiversity.pick(view, all, all, new int[0], all.length * 11 / 100);
    }
  }
}
