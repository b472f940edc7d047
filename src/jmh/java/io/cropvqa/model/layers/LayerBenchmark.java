package io.cropvqa.model.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.RopeParameters;
import io.cropvqa.tensor.Torch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * What a decoder layer is made of, with the bundled model's heads (4 of 32) or those of Llama 1B
 * (32 of 64, 4 of keys): prompts of {@code rows} rows, or one row after as many.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LayerBenchmark {
  @Param({"600", "2400"})
  public int rows;

  @Param({"4x4x32", "32x4x64"})
  public String heads;

  private NDManager root;
  private NDArray hidden; // [T, D]
  private NDArray token; // [1, D]
  private NDArray queries; // [T, H, d]
  private NDArray query; // [1, H, d]
  private NDArray keys; // [T, Hkv, d]
  private NDArray values;
  private RmsNorm norm;
  private Linear projection;
  private RotaryEmbedding.Angles angles;

  @Setup
  public void open() {
    String[] sizes = heads.split("x");
    int count = Integer.parseInt(sizes[0]);
    int keyHeads = Integer.parseInt(sizes[1]);
    int size = Integer.parseInt(sizes[2]);
    root = Torch.open(Device.cpu());
    hidden = random(rows, count * size);
    token = random(1, count * size);
    queries = random(rows, count, size);
    query = random(1, count, size);
    keys = random(rows, keyHeads, size);
    values = random(rows, keyHeads, size);
    norm = new RmsNorm(root.ones(new Shape(count * size)), 1e-6f);
    projection = new Linear(random(count * size, count * size), null);
    angles =
        new RotaryEmbedding(new RopeParameters(1e4).frequencies(size))
            .at(Positions.text(1, 0, rows), root);
  }

  private NDArray random(long... shape) {
    return root.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
  }

  @TearDown
  public void close() {
    root.close();
  }

  /** In a scope of its own, as each step of the decoder has; results belong to {@code x}'s. */
  private void step(NDArray x, Consumer<NDArray> kernel) {
    try (NDManager step = root.newSubManager()) {
      NDArray view = x.reshape(x.getShape());
      view.attach(step);
      kernel.accept(view);
    }
  }

  @Benchmark
  public void rmsNorm() {
    step(hidden, norm::forward);
  }

  @Benchmark
  public void rotary() {
    step(queries, angles::rotate);
  }

  @Benchmark
  public void linearPrefill() {
    step(hidden, projection::forward);
  }

  @Benchmark
  public void linearDecode() {
    step(token, projection::forward);
  }

  @Benchmark
  public void attentionPrefill() {
    step(queries, q -> SelfAttention.attend(q, keys, values, true));
  }

  @Benchmark
  public void attentionDecode() {
    step(query, q -> SelfAttention.attend(q, keys, values, true));
  }
}
