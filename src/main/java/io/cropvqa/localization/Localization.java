package io.cropvqa.localization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.pruning.VisualTokens;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides where a question looks: where its caller says, where another stage found, where the
 * localizer says if it is sure enough, or everywhere. What a localizer said is remembered by image,
 * question and localizer.
 */
public final class Localization implements AutoCloseable {
  private static final int ENTRY_BYTES = 300; // objects and references

  private record Key(String imageDigest, String question, String localizerRevision) {
    int bytes() {
      int characters = imageDigest.length() + question.length() + localizerRevision.length();
      return ENTRY_BYTES + 2 * characters;
    }
  }

  private record Known(LocatedRegion region, Duration took) {}

  /**
   * When a localizer is believed, and how much is remembered of it.
   *
   * @param minConfidence in [0, 1]; a localizer less sure than this isn't believed
   * @param cacheBytes most bytes of regions that are remembered, about
   */
  public record Settings(double minConfidence, long cacheBytes) {
    public Settings {
      if (!(minConfidence >= 0 && minConfidence <= 1)) {
        throw new IllegalArgumentException(
            "crop.localizer.min-confidence must be in [0, 1], got " + minConfidence);
      }
      if (cacheBytes < 0) {
        throw new IllegalArgumentException(
            "crop.localizer.cache-bytes must be at least 0, got " + cacheBytes);
      }
    }
  }

  private final Optional<RegionLocalizer> localizer;
  private final Settings settings;
  private final RequestListener listener;
  private final Cache<Key, Known> known;

  /**
   * @param localizer taken over; none switches localization off
   */
  public Localization(Optional<RegionLocalizer> localizer, Settings settings) {
    this(localizer, settings, RequestListener.NONE);
  }

  /**
   * @param localizer taken over; none switches localization off
   * @param listener told whether a region was remembered
   */
  public Localization(
      Optional<RegionLocalizer> localizer, Settings settings, RequestListener listener) {
    this.localizer = localizer;
    this.settings = settings;
    this.listener = listener;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheBytes())
            .weigher((Key key, Known region) -> key.bytes())
            .executor(Runnable::run)
            .build();
  }

  /**
   * The region of a question, and where it comes from.
   *
   * @param clock told what it had taken to find a region that was remembered
   */
  public LocatedRegion find(
      ImageQuestion question, RgbImage image, VisualTokens tokens, StageClock clock) {
    if (question.options().region().isPresent()) {
      return LocatedRegion.provided(question.options().region().get());
    }
    if (question.located().isPresent()) {
      return question.located().get();
    }
    return localizer
        .map(asked -> believed(located(asked, question.question(), image, tokens, clock)))
        .orElseGet(LocatedRegion::wholeImage);
  }

  private LocatedRegion located(
      RegionLocalizer asked,
      String question,
      RgbImage image,
      VisualTokens tokens,
      StageClock clock) {
    Key key = new Key(image.digest(), question, asked.revision());
    Known remembered = known.getIfPresent(key);
    listener.regionCache(remembered != null);
    if (remembered != null) {
      clock.spare(Stage.LOCALIZE, remembered.took());
      return remembered.region();
    }
    long begun = System.nanoTime();
    LocatedRegion region = asked.locate(image, tokens, question);
    known.put(key, new Known(region, Duration.ofNanos(System.nanoTime() - begun)));
    return region;
  }

  private LocatedRegion believed(LocatedRegion region) {
    return region.confidence() < settings.minConfidence()
        ? LocatedRegion.fallback(region.confidence())
        : region;
  }

  @Override
  public void close() {
    localizer.ifPresent(RegionLocalizer::close);
  }
}
