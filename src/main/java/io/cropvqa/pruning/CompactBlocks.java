package io.cropvqa.pruning;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Cuts tokens into compact blocks by halving: all of them are one block, and the largest is cut in
 * two across its longer side until there are as many as asked for, so any budget is met exactly.
 * What lies on several grids is first cut between them.
 */
final class CompactBlocks {
  private CompactBlocks() {}

  /**
   * @param tokens at least as many as blocks
   * @param count how many blocks; 0 leaves the tokens out
   * @param all what the tokens are numbers of
   * @return the blocks, each in the place of the member nearest to its centre
   */
  static TokenGroups of(int[] tokens, int count, VisualTokens all) {
    List<int[]> blocks = count == 0 ? List.of() : halved(tokens, count, all);
    return TokenGroups.of(blocks, blocks.stream().map(block -> centre(block, all)).toList());
  }

  private static List<int[]> halved(int[] tokens, int count, VisualTokens all) {
    PriorityQueue<int[]> largestFirst =
        new PriorityQueue<>(
            Comparator.<int[]>comparingInt(block -> isWithinOneGrid(block, all) ? 1 : 0)
                .thenComparingInt(block -> -block.length)
                .thenComparingInt(block -> block[0]));
    largestFirst.add(tokens);
    while (largestFirst.size() < count) {
      int[] largest = largestFirst.remove();
      boolean oneGrid = isWithinOneGrid(largest, all);
      int[] ordered = oneGrid ? acrossLongerSide(largest, all) : largest;
      int half = oneGrid ? (ordered.length + 1) / 2 : betweenGrids(ordered, all);
      largestFirst.add(IntStream.of(ordered).limit(half).sorted().toArray());
      largestFirst.add(IntStream.of(ordered).skip(half).sorted().toArray());
    }
    return List.copyOf(largestFirst);
  }

  private static boolean isWithinOneGrid(int[] block, VisualTokens all) {
    return gridOf(block[0], all) == gridOf(block[block.length - 1], all);
  }

  private static int gridOf(int token, VisualTokens all) {
    return all.layout().gridOf(all.patches()[token]);
  }

  /** Of the places where one grid ends and another begins, the one nearest to the middle. */
  private static int betweenGrids(int[] block, VisualTokens all) {
    return IntStream.range(1, block.length)
        .filter(i -> gridOf(block[i], all) != gridOf(block[i - 1], all))
        .boxed()
        .min(Comparator.comparingInt(i -> Math.abs(2 * i - block.length)))
        .orElseThrow();
  }

  private static int[] acrossLongerSide(int[] block, VisualTokens all) {
    var rows = IntStream.of(block).map(token -> row(token, all)).summaryStatistics();
    var columns = IntStream.of(block).map(token -> column(token, all)).summaryStatistics();
    boolean tall = rows.getMax() - rows.getMin() > columns.getMax() - columns.getMin();
    Comparator<Integer> along =
        Comparator.comparingInt(token -> tall ? row(token, all) : column(token, all));
    return IntStream.of(block).boxed().sorted(along).mapToInt(Integer::intValue).toArray();
  }

  /** The most central token; of a block on several grids that of its part on the first. */
  private static int centre(int[] block, VisualTokens all) {
    int grid = gridOf(block[0], all);
    int[] part = IntStream.of(block).filter(token -> gridOf(token, all) == grid).toArray();
    double row = IntStream.of(part).map(token -> row(token, all)).average().orElseThrow();
    double column = IntStream.of(part).map(token -> column(token, all)).average().orElseThrow();
    return IntStream.of(part)
        .boxed()
        .min(
            Comparator.comparingDouble(
                token -> Math.hypot(row(token, all) - row, column(token, all) - column)))
        .orElseThrow();
  }

  private static int row(int token, VisualTokens all) {
    return all.layout().row(all.patches()[token]);
  }

  private static int column(int token, VisualTokens all) {
    return all.layout().column(all.patches()[token]);
  }
}
