package io.cropvqa.evaluation;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.util.Arrays;
import java.util.Locale;

/** A region put in place of the localizer's, to see how much of a result the region makes. */
public enum Control {
  /** The true region: what a perfect localizer would give. */
  ORACLE,
  /** A region as large as the true one that lies elsewhere. */
  WRONG_REGION,
  /** The whole picture: what pruning does without a region. */
  WHOLE_IMAGE;

  /**
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static Control named(String name) {
    return Arrays.stream(values())
        .filter(control -> control.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "control \"%s\" is unknown: use some of %s"
                        .formatted(name, Arrays.stream(values()).map(Control::wireName).toList())));
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it can only be asked where the true region is known. */
  boolean needsRegion() {
    return this != WHOLE_IMAGE;
  }

  /**
   * The region that a question gets.
   *
   * @param example its region is known if this control needs it
   * @param seed of the wrong region's place
   */
  ContextualRegion region(VqaExample example, long seed) {
    return switch (this) {
      case ORACLE -> example.region().orElseThrow();
      case WRONG_REGION ->
          WrongRegion.of(example.region().orElseThrow(), seed ^ example.id().hashCode());
      case WHOLE_IMAGE -> ContextualRegion.WHOLE_IMAGE;
    };
  }
}
