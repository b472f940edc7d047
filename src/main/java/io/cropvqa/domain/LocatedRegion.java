package io.cropvqa.domain;

import java.util.Locale;

/**
 * A contextual region and how it was come by.
 *
 * @param box the region that pruning keeps finest
 * @param source who said so
 * @param confidence the localizer's belief in its own answer, in [0, 1]; 1 for a region that was
 *     given
 */
public record LocatedRegion(ContextualRegion box, Source source, double confidence) {

  /** Where a region comes from; the wire name is the lower-case one with a dash. */
  public enum Source {
    /** A localizer found it. */
    LOCALIZER,
    /** The caller gave it. */
    PROVIDED,
    /** The localizer wasn't sure enough, or had nothing to go by: the whole image. */
    FALLBACK,
    /** Nobody was asked: localization is off. */
    WHOLE_IMAGE;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static LocatedRegion provided(ContextualRegion box) {
    return new LocatedRegion(box, Source.PROVIDED, 1);
  }

  public static LocatedRegion fallback(double confidence) {
    return new LocatedRegion(ContextualRegion.WHOLE_IMAGE, Source.FALLBACK, confidence);
  }

  public static LocatedRegion wholeImage() {
    return new LocatedRegion(ContextualRegion.WHOLE_IMAGE, Source.WHOLE_IMAGE, 1);
  }
}
