package io.cropvqa.evaluation;

import io.cropvqa.pruning.PruningMethods;
import java.util.OptionalInt;

/**
 * One row of the table: a way to answer.
 *
 * @param method a pruning method, or {@link #NO_IMAGE}
 * @param budget visual tokens a question may cost, averaged over the layers; none for the two
 *     reference rows, which have no choice
 */
public record Cell(String method, OptionalInt budget) {
  /** Name of the row in which the language model gets no visual token. */
  public static final String NO_IMAGE = "no-image";

  /** The full model. */
  public static final Cell FULL = new Cell("none", OptionalInt.empty());

  public static final Cell BLIND = new Cell(NO_IMAGE, OptionalInt.empty());

  /**
   * @throws IllegalArgumentException for an unknown method or a budget under 1
   */
  static Cell of(String method, int budget) {
    PruningMethods.requireKnown(method);
    if (budget < 1) {
      throw new IllegalArgumentException("a budget must be at least 1 token, got " + budget);
    }
    return new Cell(method, OptionalInt.of(budget));
  }

  /** Such as {@code crop@64}. */
  String label() {
    return budget.isPresent() ? method + "@" + budget.getAsInt() : method;
  }

  /** Whether it stands in the table to be compared with. */
  boolean isReference() {
    return budget.isEmpty();
  }

  boolean isBlind() {
    return method.equals(NO_IMAGE);
  }
}
