package io.cropvqa.evaluation.scenes;

import java.util.Arrays;
import java.util.Locale;

/**
 * A family of scenes. No two splits share a scene; what else they share is said here, so that a
 * model trained on {@link #TRAIN} is tested on what it can't have seen.
 */
public enum Split {
  /** To learn from. */
  TRAIN(Crowd.LOOSE, HeldOut.NOTHING),
  /** To learn from: as {@link #TRAIN}, with twice as many objects a scene. */
  TRAIN_CROWDED(Crowd.DENSE, HeldOut.NOTHING),
  /** Other scenes of the same parts, to decide with. */
  VALIDATION(Crowd.LOOSE, HeldOut.NOTHING),
  /** Backgrounds and typefaces that training never sees, drawings that it does. */
  NEW_SCENES(Crowd.LOOSE, HeldOut.SURROUNDINGS),
  /** As {@link #NEW_SCENES}, with twice as many objects a scene that compete for tokens. */
  NEW_SCENES_CROWDED(Crowd.DENSE, HeldOut.SURROUNDINGS),
  /** As {@link #NEW_SCENES}, with about as many objects a scene as find room. */
  NEW_SCENES_PACKED(Crowd.PACKED, HeldOut.SURROUNDINGS),
  /** Nothing that training sees: all drawings of one artist are kept for here. */
  HELD_OUT_CUTOUTS(Crowd.LOOSE, HeldOut.EVERYTHING);

  private final Crowd crowd;
  private final HeldOut heldOut;

  Split(Crowd crowd, HeldOut heldOut) {
    this.crowd = crowd;
    this.heldOut = heldOut;
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

  boolean training() {
    return this == TRAIN || this == TRAIN_CROWDED;
  }

  /** Fewest objects of a scene. */
  int leastItems() {
    return crowd.least;
  }

  /** Most objects of a scene. */
  int mostItems() {
    return crowd.most;
  }

  boolean heldOutCutouts() {
    return heldOut == HeldOut.EVERYTHING;
  }

  boolean heldOutSurroundings() {
    return heldOut != HeldOut.NOTHING;
  }

  private enum Crowd {
    LOOSE(4, 7),
    DENSE(8, 11),
    PACKED(10, 13);

    private final int least;
    private final int most;

    Crowd(int least, int most) {
      this.least = least;
      this.most = most;
    }
  }

  private enum HeldOut {
    NOTHING,
    SURROUNDINGS,
    EVERYTHING
  }
}
