package io.cropvqa.model.qwen2vl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A picture's tokens window by window: layers that see windows attend within each alone.
 *
 * <p>Worked example, 2 rows of 3 tokens in windows of 2x2: {@code 0 1 3 4 | 2 5}.
 *
 * @param order of tokens, those of the first window first
 * @param sizes tokens of each window
 */
public record Windows(int[] order, int[] sizes) {

  /** One window: the picture row by row. */
  public static Windows whole(int rows, int columns) {
    int tokens = rows * columns;
    return new Windows(IntStream.range(0, tokens).toArray(), new int[] {tokens});
  }

  /**
   * Square windows from the upper left on; those at the right and lower edge have what is left.
   *
   * @param side in tokens
   */
  public static Windows of(int rows, int columns, int side) {
    List<int[]> windows = new ArrayList<>();
    for (int top = 0; top < rows; top += side) {
      for (int left = 0; left < columns; left += side) {
        windows.add(
            tokens(top, Math.min(rows, top + side), left, Math.min(columns, left + side), columns));
      }
    }
    return new Windows(
        windows.stream().flatMapToInt(Arrays::stream).toArray(),
        windows.stream().mapToInt(window -> window.length).toArray());
  }

  private static int[] tokens(int top, int bottom, int left, int right, int columns) {
    return IntStream.range(top, bottom)
        .flatMap(row -> IntStream.range(left, right).map(column -> row * columns + column))
        .toArray();
  }

  /** Where each token, row by row, comes in the order. */
  int[] places() {
    int[] places = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      places[order[i]] = i;
    }
    return places;
  }
}
