package io.cropvqa.model.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.ColumnMajor;
import io.cropvqa.tensor.Torch;
import io.cropvqa.tensor.TorchOps;
import io.cropvqa.tensor.TorchOps.Stored;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Weights that nobody trained, for measuring what a network of some shape costs: norms are 1, the
 * rest is drawn from N(0, 0.02), tiled from one block of numbers so that billions take seconds.
 *
 * <p>A large decoder's layers take turns with a few sets of arrays, layer {@code i} having set
 * {@code i mod sets}: a shape whose weights exceed the memory runs all the same. As long as the
 * sets together are far larger than any cache, no layer gets faster by it.
 */
public final class RandomWeights implements WeightSource {
  private static final Pattern LAYER = Pattern.compile("(.*\\.layers\\.)(\\d+)(\\..*)");
  private static final double DEVIATION = 0.02;

  /** A prime: rows of a matrix don't repeat each other. */
  private static final int BLOCK = 1_000_003;

  private final NDManager root;
  private final int sets;
  private final Map<String, NDArray> made = new HashMap<>();
  private final ByteBuffer block;
  private int drawn; // where in the block the next weight begins

  /**
   * @param root owns every array handed out
   * @param sets of arrays that the layers share; as many as there are layers gives each its own
   */
  public RandomWeights(NDManager root, int sets, long seed) {
    if (sets < 1) {
      throw new IllegalArgumentException("layers need at least 1 set of weights, got " + sets);
    }
    this.root = root;
    this.sets = sets;
    this.block = ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(seed);
    for (int i = 0; i < BLOCK; i++) {
      block.putFloat(i * Float.BYTES, (float) (DEVIATION * random.nextGaussian()));
    }
  }

  @Override
  public NDArray get(String name, long... shape) {
    return made.computeIfAbsent(shared(name), key -> make(key, new Shape(shape)));
  }

  /** In the order that weights which were stored in 16 bits come in. */
  @Override
  public NDArray linear(String name, long out, long in) {
    return ColumnMajor.suits(out, in)
        ? made.computeIfAbsent(
            shared(name), key -> ColumnMajor.of(normal(new Shape(in, ColumnMajor.width(out))), out))
        : get(name, out, in);
  }

  private String shared(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.matches()
        ? layer.group(1) + Integer.parseInt(layer.group(2)) % sets + layer.group(3)
        : name;
  }

  private NDArray make(String name, Shape shape) {
    return name.contains("norm.weight") ? root.ones(shape) : normal(shape);
  }

  /** Numbers of N(0, 0.02), filled in piece by piece. */
  private NDArray normal(Shape shape) {
    NDArray weight = root.create(shape, DataType.FLOAT32);
    try (NDManager step = Torch.open(Device.cpu())) {
      for (long at = 0; at < shape.size(); ) {
        int length = (int) Math.min(BLOCK - drawn, shape.size() - at);
        ByteBuffer piece = block.slice(drawn * Float.BYTES, length * Float.BYTES);
        try (NDArray bytes =
            step.create(piece, new Shape((long) length * Float.BYTES), DataType.UINT8)) {
          TorchOps.store(weight, at, bytes, Stored.FLOAT32);
        }
        at += length;
        drawn = (drawn + length) % BLOCK;
      }
    }
    return weight;
  }

  /** Bytes of all arrays handed out, shared ones once. */
  public long bytes() {
    return made.values().stream().mapToLong(array -> array.size() * Float.BYTES).sum();
  }
}
