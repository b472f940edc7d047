package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@code plc}, CROP's trained Pre-LLM Compression (section 3.2), as far as it is known: learned
 * queries attend to the visual tokens, one bank to the region and another to the rest; a few anchor
 * tokens are kept from the region uncompressed; what was read is added to what was there.
 *
 * <p>Ours is what a query stands for and what it is added to: the {@link CompactBlocks} of {@code
 * plc-pool} and their means. So an untrained network without anchors is {@code plc-pool}, and any
 * budget is met exactly. A block of one token is that token, bit by bit: nothing is compressed
 * there. Anchors are the region's tokens least like each other. Where the region is the whole
 * image, all of it is read by the region's bank.
 */
final class PlcPruning implements PruningMethod {
  private final PlcNetwork network;
  private final double regionShare;
  private final double anchorShare;

  PlcPruning(PlcNetwork network, PruningSettings settings) {
    this.network = network;
    this.regionShare = settings.plcRegionShare();
    this.anchorShare = settings.plcAnchors().orElse(network.config().anchors());
  }

  @Override
  public String name() {
    return "plc";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    RegionBudget budget = RegionBudget.of(tokens, keep, request, regionShare);
    int[] anchors = anchors(tokens, budget);
    int[] others = IntStream.of(budget.region()).filter(t -> isAbsent(t, anchors)).toArray();
    TokenGroups region = CompactBlocks.of(others, budget.forRegion() - anchors.length, tokens);
    TokenGroups background = CompactBlocks.of(budget.background(), budget.forBackground(), tokens);
    TokenGroups all = TokenGroups.singletons(anchors).and(region).and(background);
    return refined(tokens, budget, region.merging(), background.merging(), all);
  }

  /** Ascending; none where all of the region is kept anyway. */
  private int[] anchors(VisualTokens tokens, RegionBudget budget) {
    int[] region = budget.region();
    int count = (int) (anchorShare * budget.forRegion());
    if (count == 0 || region.length == budget.forRegion()) {
      return new int[0];
    }
    int[] rows = IntStream.range(0, tokens.count()).toArray();
    int[] picked = MaxMinDiversity.pick(tokens.embeddings(), rows, region, new int[0], count);
    Arrays.sort(picked);
    return picked;
  }

  private static boolean isAbsent(int token, int[] ascending) {
    return Arrays.binarySearch(ascending, token) < 0;
  }

  /** The means of all groups, and on top of each block's what its query read. */
  private VisualTokens refined(
      VisualTokens tokens,
      RegionBudget budget,
      TokenGroups region,
      TokenGroups background,
      TokenGroups all) {
    VisualTokens pooled = tokens.merge(all);
    NDManager scope = pooled.embeddings().getManager(); // left open: gradients go back through it
    NDList read = new NDList(scope.zeros(new Shape(1, pooled.embeddings().getShape().get(1))));
    if (region.count() > 0) {
      read.add(network.residual(network.region(), tokens, budget.region(), region, scope));
    }
    if (background.count() > 0) {
      read.add(
          network.residual(network.background(), tokens, budget.background(), background, scope));
    }
    NDArray index = scope.create(rowsOf(all, region, background));
    NDArray residual = TorchOps.rows(index, NDArrays.concat(read)); // [keep, D]
    return pooled.with(pooled.embeddings().add(residual));
  }

  /** For each group its row among a row of zeros, the region's blocks and the background's. */
  private static long[] rowsOf(TokenGroups all, TokenGroups region, TokenGroups background) {
    int[] inRegion = region.anchors();
    int[] inBackground = background.anchors();
    return IntStream.of(all.anchors())
        .mapToLong(
            anchor -> {
              int first = Arrays.binarySearch(inRegion, anchor);
              int second = Arrays.binarySearch(inBackground, anchor);
              return first >= 0 ? 1 + first : second >= 0 ? 1 + inRegion.length + second : 0;
            })
        .toArray();
  }
}
