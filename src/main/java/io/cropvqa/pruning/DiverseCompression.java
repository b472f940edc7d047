package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code plc-diverse}, Pre-LLM Compression without training (ours): the region's tokens are kept
 * one by one, the background becomes as many groups of like tokens as the budget leaves, and of
 * each group goes the mean. A region larger than its share of the budget, the whole image above
 * all, becomes groups too.
 *
 * <p>Groups form around the tokens least like each other, each other token joining the one it is
 * most like. Where many patches show the same thing their mean says it as sharply as each of them;
 * blocks of neighbours, which is what pooling means over, hold several things at once.
 */
final class DiverseCompression implements PruningMethod {
  private final double regionShare;

  DiverseCompression(PruningSettings settings) {
    this.regionShare = settings.plcRegionShare();
  }

  @Override
  public String name() {
    return "plc-diverse";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    RegionBudget budget = RegionBudget.of(tokens, keep, request, regionShare);
    Grouping grouping = new Grouping(tokens);
    int[] inside = grouping.add(budget.region(), new int[0], budget.forRegion());
    grouping.add(budget.background(), inside, budget.forBackground());
    return tokens.merge(TokenGroups.of(grouping.members, grouping.anchors));
  }

  /** Groups of like tokens, and the token at the heart of each. */
  private static final class Grouping {
    private final VisualTokens tokens;
    private final int[] rows;
    private final List<int[]> members = new ArrayList<>();
    private final List<Integer> anchors = new ArrayList<>();

    Grouping(VisualTokens tokens) {
      this.tokens = tokens;
      this.rows = IntStream.range(0, tokens.count()).toArray();
    }

    /**
     * Makes groups of some tokens; if there are to be none, the tokens are left out.
     *
     * @param chosen tokens that groups should be unlike too
     * @return the groups' anchors
     */
    int[] add(int[] some, int[] chosen, int groups) {
      int[] hearts =
          groups == some.length
              ? some
              : MaxMinDiversity.pick(tokens.embeddings(), rows, some, chosen, groups);
      int[][] joined = MaxMinDiversity.join(tokens.embeddings(), some, hearts);
      for (int i = 0; i < hearts.length; i++) {
        members.add(joined[i]);
        anchors.add(hearts[i]);
      }
      return hearts;
    }
  }
}
