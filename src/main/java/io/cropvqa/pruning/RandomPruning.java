package io.cropvqa.pruning;

import java.util.Random;
import java.util.stream.IntStream;

/** A control: as many tokens as the budget has, drawn at random with the request's seed. */
final class RandomPruning implements PruningMethod {

  @Override
  public String name() {
    return "random";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    int[] order = IntStream.range(0, tokens.count()).toArray();
    Random random = new Random(request.seed());
    for (int i = 0; i < keep; i++) { // the first steps of a Fisher-Yates shuffle
      int other = i + random.nextInt(order.length - i);
      int drawn = order[other];
      order[other] = order[i];
      order[i] = drawn;
    }
    return tokens.merge(TokenGroups.singletons(IntStream.of(order).limit(keep).toArray()));
  }
}
