package io.cropvqa.pruning;

/**
 * One way to spend a budget of visual tokens. Methods hold no state between questions, so one
 * object serves them all.
 *
 * <p>A method first says how many tokens it wants where ({@link #schedule}); then it is asked to
 * choose them, before the language model ({@link #compress}) and after the layers it named ({@link
 * #select}). It is never asked anything when the budget is at least the number of tokens.
 */
public interface PruningMethod {

  /** What a plan calls it. */
  String name();

  /**
   * Whether it looks at the question's region; for a method that says no, finding one is a waste.
   */
  default boolean usesRegion() {
    return true;
  }

  /**
   * How many tokens each layer gets.
   *
   * @param visualTokens N, more than the budget
   * @param layers L, the decoder's layers
   * @param budget visual tokens that a layer may cost on average, at least 1
   */
  PruningSchedule schedule(int visualTokens, int layers, int budget);

  /**
   * Pre-LLM Compression.
   *
   * @param tokens the N projected tokens
   * @param keep how many to return, as scheduled
   */
  default VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    throw new IllegalStateException(name() + " schedules compression and doesn't do it");
  }

  /**
   * Inner-LLM Pruning.
   *
   * @param layer the sequence between two layers
   * @param keep how many to keep, as scheduled
   * @return which of {@link LayerView#patches} go on and which of them as one, as indices into it
   */
  default TokenGroups select(LayerView layer, int keep, PruningRequest request) {
    throw new IllegalStateException(name() + " schedules a cut and doesn't do it");
  }
}
