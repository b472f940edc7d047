package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A sequence between two layers, given the place that each row shows, negative for text. Row i's
 * state is [i, 1], and query q attends to row i with 100 q + i.
 */
record RowsView(NDManager scope, int... places) implements LayerView {

  @Override
  public int[] patches() {
    return Arrays.stream(places).filter(place -> place >= 0).toArray();
  }

  @Override
  public int[] visualRows() {
    return IntStream.range(0, places.length).filter(row -> places[row] >= 0).toArray();
  }

  @Override
  public NDArray states() {
    float[] states = new float[2 * places.length];
    for (int row = 0; row < places.length; row++) {
      states[2 * row] = row;
      states[2 * row + 1] = 1;
    }
    return scope.create(states, new Shape(places.length, 2));
  }

  @Override
  public NDArray attention(int... rows) {
    float[] attention = new float[rows.length * places.length];
    for (int i = 0; i < attention.length; i++) {
      attention[i] = 100 * rows[i / places.length] + i % places.length;
    }
    return scope.create(attention, new Shape(rows.length, places.length));
  }
}
