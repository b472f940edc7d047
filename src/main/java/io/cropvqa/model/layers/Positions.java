package io.cropvqa.model.layers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where rows stand: one position id a row, or, for models that place images in two dimensions and
 * time (M-RoPE), one on each of three axes.
 *
 * <p>Worked example, "a [2x2 image] b" on the axes time, height, width: text counts alike on all of
 * them, an image takes as many numbers as its longer side, so {@code 0 1 1 1 1 3}, {@code 0 1 1 2 2
 * 3} and {@code 0 1 2 1 2 3}.
 */
public final class Positions {
  private final int[][] axes; // [axes][rows]

  private Positions(int[][] axes) {
    this.axes = axes;
  }

  /** One id a row. */
  public static Positions of(int... ids) {
    return new Positions(new int[][] {ids});
  }

  /**
   * @param axes ids of all rows, axis by axis
   */
  public static Positions onAxes(int[][] axes) {
    return new Positions(axes);
  }

  /** Rows of text: counted one by one, alike on all axes. */
  public static Positions text(int axes, int from, int count) {
    int[] ids = IntStream.range(from, from + count).toArray();
    int[][] all = new int[axes][];
    Arrays.fill(all, ids);
    return new Positions(all);
  }

  /** Rows of several, one after another; all have as many axes. */
  public static Positions joined(List<Positions> parts) {
    int[][] all = new int[parts.get(0).axes()][];
    Arrays.setAll(
        all, axis -> parts.stream().flatMapToInt(part -> IntStream.of(part.axes[axis])).toArray());
    return new Positions(all);
  }

  public int axes() {
    return axes.length;
  }

  /** Rows. */
  public int count() {
    return axes[0].length;
  }

  public int at(int axis, int row) {
    return axes[axis][row];
  }

  /** Ids of all rows on one axis. */
  public int[] axis(int axis) {
    return axes[axis].clone();
  }

  /** Some of the rows. */
  public Positions pick(int[] rows) {
    int[][] picked = new int[axes.length][];
    Arrays.setAll(picked, axis -> IntStream.of(rows).map(row -> axes[axis][row]).toArray());
    return new Positions(picked);
  }

  /** The id of text that follows: one above the highest on any axis. */
  public int next() {
    return Arrays.stream(axes).flatMapToInt(IntStream::of).max().orElse(-1) + 1;
  }

  /**
   * The same rows numbered without gaps: ids that no row has on any axis are closed up. Ids without
   * gaps stay as they are.
   */
  public Positions compact() {
    int[] used = Arrays.stream(axes).flatMapToInt(IntStream::of).sorted().distinct().toArray();
    int[][] ranks = new int[axes.length][];
    Arrays.setAll(
        ranks, axis -> IntStream.of(axes[axis]).map(id -> Arrays.binarySearch(used, id)).toArray());
    return new Positions(ranks);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Positions positions && Arrays.deepEquals(axes, positions.axes);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(axes);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(axes);
  }
}
