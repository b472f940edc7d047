package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.LocalizerFolder;
import io.cropvqa.model.localizer.TinyLocalizer;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A localizer with random weights beside the bundled model. */
class AttentionLocalizerTest {
  private static final String QUESTION = "what number is on the crab?";

  @TempDir static Path folder;
  private static VisionLanguageModel model;
  private static NDManager scope;
  private static RgbImage image;
  private static VisualTokens tokens;

  @BeforeAll
  static void open() throws Exception {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    scope = model.newScope();
    image = Samples.all().get(0).image();
    tokens = model.encode(image, scope);
    write("first", 1);
    write("second", 2);
  }

  private static void write(String name, long seed) throws Exception {
    var config = TinyLocalizer.config(model.languageModel().config().hiddenSize());
    LocalizerFolder.write(folder.resolve(name), config, TinyLocalizer.weights(config, seed, scope));
  }

  @AfterAll
  static void close() {
    scope.close();
    model.close();
  }

  private static AttentionLocalizer localizer(String name, double coverage) {
    return new AttentionLocalizer(folder.resolve(name), model, OptionalDouble.of(coverage));
  }

  private static LocatedRegion locate(double coverage, String question) {
    try (AttentionLocalizer localizer = localizer("first", coverage)) {
      return localizer.locate(image, tokens, question);
    }
  }

  @Test
  void moreCoverageNeverGivesASmallerRegion() {
    ContextualRegion smaller = locate(0.51, QUESTION).box();
    for (double coverage : new double[] {0.6, 0.8, 0.9, 0.99, 1}) {
      LocatedRegion found = locate(coverage, QUESTION);
      assertThat(found.box().contains(smaller)).isTrue();
      assertThat(found.source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
      assertThat(found.confidence()).isBetween(0.0, 1.0);
      smaller = found.box();
    }
    assertThat(smaller).isEqualTo(ContextualRegion.WHOLE_IMAGE);
  }

  /** A question of any length costs no more than it reads of it. */
  @Test
  void wordsBeyondThoseItReadsChangeNothing() {
    String long1 = "the crab ".repeat(20);
    assertThat(locate(0.9, long1 + "and the lion")).isEqualTo(locate(0.9, long1 + "or a banana"));
    assertThat(locate(0.9, "the crab").confidence())
        .isNotEqualTo(locate(0.9, "the lion").confidence());
  }

  @Test
  void aQuestionWithoutWordsIsAboutTheWholeImage() {
    assertThat(locate(0.9, "")).isEqualTo(LocatedRegion.fallback(0));
  }

  @Test
  void nothingIsLeftBehind() {
    int before = arraysHeld();
    try (AttentionLocalizer localizer = localizer("first", 0.9)) {
      localizer.locate(image, tokens, QUESTION);
      int opened = arraysHeld();
      localizer.locate(image, tokens, QUESTION);
      assertThat(arraysHeld()).isEqualTo(opened);
    }
    assertThat(arraysHeld()).isEqualTo(before);
  }

  private static int arraysHeld() {
    try (NDManager step = model.newScope()) {
      return step.getParentManager().getManagedArrays().size() + scope.getManagedArrays().size();
    }
  }

  @Test
  void revisionChangesWithModelWeightsAndCoverage() {
    try (AttentionLocalizer first = localizer("first", 0.9);
        AttentionLocalizer same = localizer("first", 0.9);
        AttentionLocalizer second = localizer("second", 0.9);
        AttentionLocalizer wider = localizer("first", 0.95)) {
      assertThat(first.revision()).contains(model.revision()).isEqualTo(same.revision());
      assertThat(second.revision()).isNotEqualTo(first.revision());
      assertThat(wider.revision()).isNotEqualTo(first.revision());
    }
  }

  @Test
  void coverageThatMakesNoSenseIsNamed() {
    assertThatThrownBy(() -> localizer("first", 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crop.localizer.attention-coverage must be above 0.5");
  }

  @Test
  void modelWithoutOneIsNamed() {
    assertThatThrownBy(() -> localizer("third", 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("third holds no localizer/");
  }
}
