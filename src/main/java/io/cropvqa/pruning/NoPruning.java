package io.cropvqa.pruning;

/** The full model: every layer works on every token, whatever the budget says. */
final class NoPruning implements PruningMethod {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(visualTokens);
  }
}
