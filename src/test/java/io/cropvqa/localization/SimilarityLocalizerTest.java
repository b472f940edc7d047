package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled model's similarity localizer on a sample scene. */
class SimilarityLocalizerTest {
  private static VisionLanguageModel model;
  private static SimilarityLocalizer localizer;
  private static NDManager scope;
  private static RgbImage image;
  private static VisualTokens tokens;

  @BeforeAll
  static void open() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    localizer = new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS);
    scope = model.newScope();
    image = sample().image();
    tokens = model.encode(image, scope);
  }

  /** "which object is on yellow?", about a yellow card at the top. */
  private static Samples.Sample sample() {
    return Samples.all().stream()
        .filter(sample -> sample.id().equals("scene-00-rev-color-1"))
        .findFirst()
        .orElseThrow();
  }

  @AfterAll
  static void close() {
    scope.close();
    model.close();
  }

  @Test
  void knownColourIsFoundWhereItIs() {
    LocatedRegion found = localizer.locate(image, tokens, sample().question());
    assertThat(found.source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
    ContextualRegion card = ContextualRegion.of(sample().region());
    assertThat(found.box().xmin()).isGreaterThanOrEqualTo(card.xmin());
    assertThat(found.box().ymin()).isGreaterThanOrEqualTo(card.ymin());
    assertThat(found.box().xmax()).isLessThanOrEqualTo(card.xmax());
    assertThat(found.box().ymax()).isLessThanOrEqualTo(card.ymax());
    assertThat(found.box().areaRatio()).isGreaterThan(card.areaRatio() / 2);
    assertThat(found.confidence()).isGreaterThan(0.5).isLessThanOrEqualTo(1);
  }

  @Test
  void anotherWordIsFoundElsewhere() {
    LocatedRegion octopus = localizer.locate(image, tokens, "where is the octopus?");
    assertThat(octopus.source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
    assertThat(octopus.box()).isEqualTo(new ContextualRegion(5, 3, 6, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"how many objects are there?", "what is the weather?", "zeitgeist?"})
  void questionThatNamesNothingIsAboutTheWholeImage(String question) {
    assertThat(localizer.locate(image, tokens, question)).isEqualTo(LocatedRegion.fallback(0));
  }

  /** A picture of one grey has nothing in it that a word could mean. */
  @Test
  void wordThatNothingLooksLikeFallsBack() {
    byte[] pixels = new byte[64 * 64 * 3];
    Arrays.fill(pixels, (byte) 127);
    RgbImage grey = new RgbImage(64, 64, pixels, "grey");
    VisualTokens empty = model.encode(grey, scope);
    assertThat(localizer.locate(grey, empty, "where is the strawberry?"))
        .isEqualTo(LocatedRegion.fallback(0));
  }

  @Test
  void nothingIsLeftBehind() {
    int before = arraysHeld();
    localizer.locate(image, tokens, sample().question());
    assertThat(arraysHeld()).isEqualTo(before);
  }

  /** Native arrays of the model, and of the scope that owns the visual tokens. */
  private static int arraysHeld() {
    try (NDManager step = model.newScope()) {
      return step.getParentManager().getManagedArrays().size() + scope.getManagedArrays().size();
    }
  }

  @Test
  void revisionChangesWithModelAndSettings() {
    SimilarityLocalizer.Settings others = new SimilarityLocalizer.Settings(0.4, 0.2, 0.025);
    assertThat(localizer.revision()).contains(model.revision());
    assertThat(new SimilarityLocalizer(model, others).revision())
        .isNotEqualTo(localizer.revision());
  }
}
