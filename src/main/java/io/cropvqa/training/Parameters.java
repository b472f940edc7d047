package io.cropvqa.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arrays that are trained, by name, made as a network asks for them. */
public final class Parameters {

  /** What parameters begin as. */
  @FunctionalInterface
  public interface Values {

    /**
     * @return all elements, the last axis fastest
     */
    float[] of(String name, long... shape);
  }

  private final NDManager root;
  private final Values first;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /**
   * @param root owns them
   * @param first what they begin as
   */
  public Parameters(NDManager root, Values first) {
    this.root = root;
    this.first = first;
  }

  /**
   * A new parameter.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  public NDArray create(String name, long... shape) {
    if (arrays.containsKey(name)) {
      throw new IllegalArgumentException("parameter %s is there already".formatted(name));
    }
    NDArray array = root.create(first.of(name, shape), new Shape(shape));
    array.setRequiresGradient(true);
    arrays.put(name, array);
    return array;
  }

  /** All of them, in the order they were made. */
  public Map<String, NDArray> all() {
    return Collections.unmodifiableMap(arrays);
  }

  /** How many numbers they are. */
  public long size() {
    return arrays.values().stream().mapToLong(NDArray::size).sum();
  }
}
