package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * {@code plc-pool}, Pre-LLM Compression without training (ours): the region's tokens are kept one
 * by one, the background is mean-pooled into compact blocks. A region larger than the budget is
 * pooled too, into smaller blocks.
 *
 * <p>Blocks come from halving: all patches are one block, and the largest is cut in two across its
 * longer side until there are as many as the budget asks for, so any budget is met exactly.
 */
final class PooledCompression implements PruningMethod {
  private final double regionShare;

  PooledCompression(PruningSettings settings) {
    this.regionShare = settings.plcRegionShare();
  }

  @Override
  public String name() {
    return "plc-pool";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    int[] all = IntStream.range(0, tokens.count()).toArray();
    int[] patches = tokens.patches();
    int[] region = IntStream.of(all).filter(t -> request.isInside(patches[t])).toArray();
    int[] background = IntStream.of(all).filter(t -> !request.isInside(patches[t])).toArray();
    int forRegion = tokensForRegion(region.length, background.length, keep);
    List<int[]> blocks = new ArrayList<>(blocks(region, forRegion, tokens));
    blocks.addAll(blocks(background, keep - forRegion, tokens));
    List<Integer> anchors = blocks.stream().map(block -> centre(block, tokens)).toList();
    return tokens.merge(TokenGroups.of(blocks, anchors));
  }

  /**
   * All of the region if it fits, else its share; never more than leaves work for the background.
   */
  private int tokensForRegion(int region, int background, int keep) {
    if (region == 0 || background == 0) {
      return region == 0 ? 0 : keep;
    }
    int wanted = region <= keep ? region : Math.max(1, (int) Math.round(regionShare * keep));
    return Math.max(wanted, keep - background);
  }

  private static List<int[]> blocks(int[] tokens, int count, VisualTokens all) {
    if (count == 0) {
      return List.of();
    }
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

  /** The member nearest to the block's centre: its place is where the pooled token stands. */
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
