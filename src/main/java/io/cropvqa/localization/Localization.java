package io.cropvqa.localization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.pruning.VisualTokens;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides where a question looks: where its caller says, where the localizer says if it is sure
 * enough, or everywhere. What a localizer said is remembered by image, question and localizer.
 */
public final class Localization implements AutoCloseable {
  private record Key(String imageDigest, String question, String localizerRevision) {}

  private record Known(LocatedRegion region, Duration took) {}

  /**
   * When a localizer is believed, and how much is remembered of it.
   *
   * @param minConfidence in [0, 1]; a localizer less sure than this isn't believed
   * @param cacheEntries regions remembered
   */
  public record Settings(double minConfidence, long cacheEntries) {
    public Settings {
      if (!(minConfidence >= 0 && minConfidence <= 1)) {
        throw new IllegalArgumentException(
            "crop.localizer.min-confidence must be in [0, 1], got " + minConfidence);
      }
      if (cacheEntries < 0) {
        throw new IllegalArgumentException(
            "crop.localizer.cache-entries must be at least 0, got " + cacheEntries);
      }
    }
  }

  private final Optional<RegionLocalizer> localizer;
  private final Settings settings;
  private final Cache<Key, Known> known;

  /**
   * @param localizer taken over; none switches localization off
   */
  public Localization(Optional<RegionLocalizer> localizer, Settings settings) {
    this.localizer = localizer;
    this.settings = settings;
    this.known =
        Caffeine.newBuilder().maximumSize(settings.cacheEntries()).executor(Runnable::run).build();
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
