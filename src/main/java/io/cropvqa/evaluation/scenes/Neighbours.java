package io.cropvqa.evaluation.scenes;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which object is beside which, where nobody would argue about it. */
final class Neighbours {
  /** Directions of the questions, as a step to the right and a step down. */
  enum Direction {
    LEFT_OF(-1, 0),
    RIGHT_OF(1, 0),
    ABOVE(0, -1),
    BELOW(0, 1);

    private final int right;
    private final int down;

    Direction(int right, int down) {
      this.right = right;
      this.down = down;
    }

    String words() {
      return switch (this) {
        case LEFT_OF -> "left of";
        case RIGHT_OF -> "right of";
        case ABOVE -> "above";
        case BELOW -> "below";
      };
    }
  }

  /** Pixels between centres above which two objects are no neighbours. */
  private static final double REACH = 72;

  private static final double LEAST_STEP = 12;

  /** Within this slope an object lies in a direction; up to the next, some would say so. */
  private static final double CLEAR = 1.3;

  private static final double ARGUABLE = 1.9;

  /** How much further off the runner-up must be. */
  private static final double LEAD = 1.2;

  private record Candidate(SceneItem item, double distance, boolean clear) {}

  private final List<SceneItem> items;

  Neighbours(List<SceneItem> items) {
    this.items = items;
  }

  /** The object that is clearly the nearest in a direction, if there is one. */
  Optional<SceneItem> of(SceneItem item, Direction direction) {
    List<Candidate> candidates =
        items.stream()
            .filter(other -> other != item)
            .flatMap(other -> candidate(item, other, direction).stream())
            .sorted(Comparator.comparingDouble(Candidate::distance))
            .toList();
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Candidate nearest = candidates.get(0);
    boolean leads =
        candidates.size() == 1 || candidates.get(1).distance() > nearest.distance() * LEAD;
    return nearest.clear() && leads && nearest.distance() <= REACH
        ? Optional.of(nearest.item())
        : Optional.empty();
  }

  private static Optional<Candidate> candidate(SceneItem from, SceneItem to, Direction direction) {
    double x = to.box().centreX() - from.box().centreX();
    double y = to.box().centreY() - from.box().centreY();
    double along = x * direction.right + y * direction.down;
    double across = Math.abs(x * direction.down) + Math.abs(y * direction.right);
    boolean clear = along > LEAST_STEP && across < along * CLEAR;
    return clear || along > 0 && across < along * ARGUABLE
        ? Optional.of(new Candidate(to, Math.hypot(x, y), clear))
        : Optional.empty();
  }
}
