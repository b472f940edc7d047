package io.cropvqa.evaluation;

import java.util.OptionalInt;

/**
 * One row of the table: a way to answer.
 *
 * @param way how tokens are pruned
 * @param budget visual tokens a question may cost, averaged over the layers; none for the reference
 *     rows, which have no choice
 */
record Cell(Way way, OptionalInt budget) {
  /** The full model. */
  static final Cell FULL = reference("none");

  /** The language model without any visual token. */
  static final Cell BLIND = reference("no-image");

  /** No model at all: each question's type is answered with its most frequent answer. */
  static final Cell MOST_FREQUENT = reference("most-frequent");

  private static Cell reference(String name) {
    return new Cell(new Way(name), OptionalInt.empty());
  }

  /**
   * @throws IllegalArgumentException for a budget under 1
   */
  static Cell of(Way way, int budget) {
    if (budget < 1) {
      throw new IllegalArgumentException("a budget must be at least 1 token, got " + budget);
    }
    return new Cell(way, OptionalInt.of(budget));
  }

  /** Such as {@code crop/oracle@64}. */
  String label() {
    return budget.isPresent() ? way.name() + "@" + budget.getAsInt() : way.name();
  }

  /** Whether it stands in the table to be compared with. */
  boolean isReference() {
    return budget.isEmpty();
  }

  boolean isBlind() {
    return equals(BLIND);
  }

  /** Whether a model answers. */
  boolean isAsked() {
    return !equals(MOST_FREQUENT);
  }
}
