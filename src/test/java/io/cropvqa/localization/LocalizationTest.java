package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.pruning.VisualTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalizationTest {
  private static final ContextualRegion REGION = new ContextualRegion(2, 1, 4, 3);

  /** Says the same of every picture, and remembers what it was asked. */
  private static final class Scripted implements RegionLocalizer {
    private final List<String> asked = new ArrayList<>();
    private final double confidence;
    private String revision = "r1";
    private boolean broken;
    private boolean closed;

    Scripted(double confidence) {
      this.confidence = confidence;
    }

    @Override
    public String revision() {
      return revision;
    }

    @Override
    public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
      asked.add(image.digest() + " " + question);
      if (broken) {
        throw new IllegalStateException("broken");
      }
      return new LocatedRegion(REGION, LocatedRegion.Source.LOCALIZER, confidence);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void surelyLocatedRegionIsBelieved() {
    assertThat(find(localization(new Scripted(0.6)), "a", "where?"))
        .isEqualTo(new LocatedRegion(REGION, LocatedRegion.Source.LOCALIZER, 0.6));
    assertThat(find(localization(new Scripted(0.5)), "a", "where?").box()).isEqualTo(REGION);
  }

  @Test
  void unsureRegionIsTheWholeImage() {
    assertThat(find(localization(new Scripted(0.49)), "a", "where?"))
        .isEqualTo(
            new LocatedRegion(ContextualRegion.WHOLE_IMAGE, LocatedRegion.Source.FALLBACK, 0.49));
  }

  @Test
  void providedRegionWinsAndNobodyIsAsked() {
    Scripted localizer = new Scripted(1);
    ContextualRegion given = new ContextualRegion(0, 0, 1, 1);
    LocatedRegion found =
        localization(localizer)
            .find(question("where?", Optional.of(given)), image("a"), null, new StageClock());
    assertThat(found).isEqualTo(new LocatedRegion(given, LocatedRegion.Source.PROVIDED, 1));
    assertThat(localizer.asked).isEmpty();
  }

  @Test
  void withoutALocalizerEverythingIsLookedAt() {
    Localization off = new Localization(Optional.empty(), new Localization.Settings(0.5, 1 << 20));
    assertThat(find(off, "a", "where?"))
        .isEqualTo(
            new LocatedRegion(ContextualRegion.WHOLE_IMAGE, LocatedRegion.Source.WHOLE_IMAGE, 1));
    ContextualRegion given = new ContextualRegion(0, 0, 1, 1);
    assertThat(
            off.find(question("where?", Optional.of(given)), image("a"), null, new StageClock())
                .box())
        .isEqualTo(given);
    off.close();
  }

  @Test
  void sameQuestionOnTheSameImageIsAskedOnce() {
    Scripted localizer = new Scripted(0.6);
    Localization localization = localization(localizer);
    LocatedRegion first = find(localization, "a", "where?");
    assertThat(find(localization, "a", "where?")).isEqualTo(first);
    find(localization, "b", "where?");
    find(localization, "a", "what?");
    assertThat(localizer.asked).containsExactly("a where?", "b where?", "a what?");
    localizer.revision = "r2";
    find(localization, "a", "where?");
    assertThat(localizer.asked).hasSize(4);
  }

  @Test
  void whatARememberedRegionHadTakenIsTold() {
    Localization localization = localization(new Scripted(0.6));
    StageClock first = new StageClock();
    StageClock second = new StageClock();
    find(localization, "a", "where?", first);
    find(localization, "a", "where?", second);

    assertThat(first.stop().spared()).isEmpty();
    assertThat(second.stop().sparedOf(Stage.LOCALIZE)).isPositive();
  }

  @Test
  void failureIsNotRemembered() {
    Scripted localizer = new Scripted(0.6);
    Localization localization = localization(localizer);
    localizer.broken = true;
    assertThatThrownBy(() -> find(localization, "a", "where?")).hasMessage("broken");
    localizer.broken = false;
    assertThat(find(localization, "a", "where?").box()).isEqualTo(REGION);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void thresholdOutOfRangeIsNamed(double threshold) {
    assertThatThrownBy(
            () -> new Localization(Optional.empty(), new Localization.Settings(threshold, 1 << 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.localizer.min-confidence must be in [0, 1], got " + threshold);
  }

  @Test
  void negativeCacheIsNamed() {
    assertThatThrownBy(() -> new Localization(Optional.empty(), new Localization.Settings(0.5, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.localizer.cache-bytes must be at least 0, got -1");
  }

  @Test
  void closingClosesTheLocalizer() {
    Scripted localizer = new Scripted(1);
    localization(localizer).close();
    assertThat(localizer.closed).isTrue();
  }

  private static Localization localization(RegionLocalizer localizer) {
    return new Localization(Optional.of(localizer), new Localization.Settings(0.5, 1 << 20));
  }

  private static LocatedRegion find(Localization localization, String digest, String text) {
    return find(localization, digest, text, new StageClock());
  }

  private static LocatedRegion find(
      Localization localization, String digest, String text, StageClock clock) {
    return localization.find(question(text, Optional.empty()), image(digest), null, clock);
  }

  private static RgbImage image(String digest) {
    return new RgbImage(1, 1, new byte[3], digest);
  }

  private static ImageQuestion question(String text, Optional<ContextualRegion> region) {
    return new ImageQuestion(
        "q",
        new ImageRef.Inline(new byte[0], Optional.empty()),
        text,
        new QuestionOptions(
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            region,
            Optional.empty(),
            0));
  }
}
