package io.cropvqa.evaluation.scenes;

import java.util.Arrays;
import java.util.Locale;

/**
 * A family of scenes. No two splits share a scene; what else they share is said here, so that a
 * model trained on {@link #TRAIN} is tested on what it can't have seen.
 */
public enum Split {
  /** To learn from. */
  TRAIN(false, false),
  /** To learn to see from: as {@link #TRAIN}, with twice as many objects a scene. */
  TRAIN_CROWDED(false, false),
  /** Other scenes of the same parts, to decide with. */
  VALIDATION(false, false),
  /** Backgrounds and typefaces that training never sees, drawings that it does. */
  NEW_SCENES(false, true),
  /** Nothing that training sees: all drawings of one artist are kept for here. */
  HELD_OUT_CUTOUTS(true, true);

  private final boolean heldOutCutouts;
  private final boolean heldOutSurroundings;

  Split(boolean heldOutCutouts, boolean heldOutSurroundings) {
    this.heldOutCutouts = heldOutCutouts;
    this.heldOutSurroundings = heldOutSurroundings;
  }

  /**
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static Split named(String name) {
    return Arrays.stream(values())
        .filter(split -> split.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "split \"%s\" is unknown: use one of %s"
                        .formatted(name, Arrays.stream(values()).map(Split::wireName).toList())));
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Fewest and most objects of a scene. */
  int leastItems() {
    return this == TRAIN_CROWDED ? 8 : 4;
  }

  int mostItems() {
    return this == TRAIN_CROWDED ? 11 : 7;
  }

  boolean heldOutCutouts() {
    return heldOutCutouts;
  }

  boolean heldOutSurroundings() {
    return heldOutSurroundings;
  }
}
