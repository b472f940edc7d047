package io.cropvqa.pruning;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Cuts tokens into compact blocks by halving: all of them are one block, and the largest is cut in
 * two across its longer side until there are as many as asked for, so any budget is met exactly.
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
            Comparator.<int[]>comparingInt(block -> -block.length)
                .thenComparingInt(block -> block[0]));
    largestFirst.add(tokens);
    while (largestFirst.size() < count) {
      int[] ordered = acrossLongerSide(largestFirst.remove(), all);
      int half = (ordered.length + 1) / 2;
      largestFirst.add(IntStream.of(ordered).limit(half).sorted().toArray());
      largestFirst.add(IntStream.of(ordered).skip(half).sorted().toArray());
    }
    return List.copyOf(largestFirst);
  }

  private static int[] acrossLongerSide(int[] block, VisualTokens all) {
    PatchGrid grid = all.grid();
    int[] patches = all.patches();
    var rows = IntStream.of(block).map(t -> grid.row(patches[t])).summaryStatistics();
    var columns = IntStream.of(block).map(t -> grid.column(patches[t])).summaryStatistics();
    boolean tall = rows.getMax() - rows.getMin() > columns.getMax() - columns.getMin();
    Comparator<Integer> along =
        Comparator.comparingInt(t -> tall ? grid.row(patches[t]) : grid.column(patches[t]));
    return IntStream.of(block).boxed().sorted(along).mapToInt(Integer::intValue).toArray();
  }

  private static int centre(int[] block, VisualTokens all) {
    PatchGrid grid = all.grid();
    int[] patches = all.patches();
    double row = IntStream.of(block).map(t -> grid.row(patches[t])).average().orElseThrow();
    double column = IntStream.of(block).map(t -> grid.column(patches[t])).average().orElseThrow();
    return IntStream.of(block)
        .boxed()
        .min(
            Comparator.comparingDouble(
                t -> Math.hypot(grid.row(patches[t]) - row, grid.column(patches[t]) - column)))
        .orElseThrow();
  }
}
