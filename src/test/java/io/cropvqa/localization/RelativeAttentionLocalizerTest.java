package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.TinyModel;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenAttention;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RelativeAttentionLocalizerTest {
  private static final double REACH = 0.25;
  private static final GoldenCheckpoint GOLDEN = GoldenCheckpoint.of("qwen2_vl", "plain");

  private static RelativeAttentionLocalizer localizer(VisionLanguageModel model, String prompt) {
    return new RelativeAttentionLocalizer(
        model, new RelativeAttentionLocalizer.Settings(OptionalInt.empty(), prompt, REACH));
  }

  /** A checkpoint's first question, its second one taken for the general prompt. */
  private static LocatedRegion locate(TinyModel model, GoldenCheckpoint golden) {
    GoldenCheckpoint.Case asked = golden.cases().get(0);
    VisualTokens tokens = model.tokens(asked.picture());
    return localizer(model.model(), golden.cases().get(1).question())
        .locate(Golden.picture(asked.picture()), tokens, asked.question());
  }

  @TestFactory
  Stream<DynamicTest> everyFamilysRegionIsThatOfTheReferencesAttention() {
    return GoldenAttention.FAMILIES.stream()
        .flatMap(family -> GoldenAttention.checkpoints(family).stream())
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.toString(),
                    () -> {
                      try (TinyModel model = new TinyModel(golden)) {
                        VisualTokens tokens = model.tokens(golden.cases().get(0).picture());
                        PatchMap map = PatchMap.of(tokens.layout(), ratios(model, golden));
                        LocatedRegion found = locate(model, golden);
                        assertThat(found.source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
                        assertThat(found.box()).isEqualTo(region(map.smoothed()));
                        assertThat(found.confidence()).isBetween(0.0, 1.0);
                      }
                    }));
  }

  private static float[] ratios(TinyModel model, GoldenCheckpoint golden) {
    float[] asked = ofVisualTokens(model, golden, golden.cases().get(0));
    float[] anyway = ofVisualTokens(model, golden, golden.cases().get(1));
    float[] ratios = new float[asked.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = asked[i] / anyway[i];
    }
    return ratios;
  }

  /** The reference's attention where the prompt has an image token that ends no row. */
  private static float[] ofVisualTokens(
      TinyModel model, GoldenCheckpoint golden, GoldenCheckpoint.Case question) {
    VisualTokens tokens = model.tokens(question.picture());
    int[] patches = model.prompt(question.question(), tokens).patches();
    float[] all = GoldenAttention.ofLastToken(golden, question);
    int[] rows = IntStream.range(0, patches.length).filter(row -> patches[row] >= 0).toArray();
    float[] visual = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      visual[i] = all[rows[i]];
    }
    return visual;
  }

  private static ContextualRegion region(PatchMap map) {
    return ContextualRegion.covering(map.around(map.best(), REACH * map.scores()[map.best()]));
  }

  /** What is asked anyway points nowhere. */
  @Test
  void generalPromptItselfFindsNothing() {
    GoldenCheckpoint.Case asked = GOLDEN.cases().get(0);
    try (TinyModel model = new TinyModel(GOLDEN)) {
      LocatedRegion found =
          localizer(model.model(), asked.question())
              .locate(
                  Golden.picture(asked.picture()), model.tokens(asked.picture()), asked.question());
      assertThat(found.box()).isEqualTo(ContextualRegion.WHOLE_IMAGE);
      assertThat(found.confidence()).isCloseTo(0, within(1e-6));
    }
  }

  /** "which object is on yellow?": the yellow card is where the bundled model looks. */
  @Test
  void bundledModelLooksWhereTheColourIs() {
    Samples.Sample sample =
        Samples.all().stream()
            .filter(one -> one.id().equals("scene-00-rev-color-1"))
            .findFirst()
            .orElseThrow();
    try (VisionLanguageModel model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
        NDManager scope = model.newScope()) {
      VisualTokens tokens = model.encode(sample.image(), scope);
      LocatedRegion found =
          localizer(model, "Write a general description of the image.")
              .locate(sample.image(), tokens, sample.question());
      ContextualRegion card = ContextualRegion.of(sample.region());
      assertThat(found.box().commonAreaRatio(card)).isGreaterThan(card.areaRatio() / 2);
      assertThat(found.box().areaRatio()).isLessThan(0.3);
      assertThat(found.confidence()).isGreaterThan(0.5);
    }
  }

  @Test
  void nothingIsLeftBehind() {
    GoldenCheckpoint.Case asked = GOLDEN.cases().get(0);
    try (TinyModel model = new TinyModel(GOLDEN)) {
      VisualTokens tokens = model.tokens(asked.picture());
      RelativeAttentionLocalizer localizer = localizer(model.model(), "describe it");
      int before = arraysHeld(model, tokens);
      localizer.locate(Golden.picture(asked.picture()), tokens, asked.question());
      assertThat(arraysHeld(model, tokens)).isEqualTo(before);
    }
  }

  /** Native arrays of the model, and of the scope that owns the visual tokens. */
  private static int arraysHeld(TinyModel model, VisualTokens tokens) {
    try (NDManager step = model.model().newScope()) {
      return step.getParentManager().getManagedArrays().size()
          + tokens.embeddings().getManager().getManagedArrays().size();
    }
  }

  @Test
  void revisionChangesWithModelAndSettings() {
    try (TinyModel model = new TinyModel(GOLDEN)) {
      String revision = localizer(model.model(), "describe it").revision();
      assertThat(revision).contains(model.model().revision());
      assertThat(localizer(model.model(), "what is it?").revision()).isNotEqualTo(revision);
    }
  }

  @Test
  void layerThatTheDecoderLacksIsNamed() {
    var settings = new RelativeAttentionLocalizer.Settings(OptionalInt.of(99), "what?", REACH);
    try (TinyModel model = new TinyModel(GOLDEN)) {
      assertThatThrownBy(() -> new RelativeAttentionLocalizer(model.model(), settings))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("crop.localizer.relative-attention-layer")
          .hasMessageContaining("got 99");
    }
  }

  @Test
  void settingsThatMakeNoSenseAreNamed() {
    assertThatThrownBy(
            () -> new RelativeAttentionLocalizer.Settings(OptionalInt.empty(), " ", REACH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crop.localizer.relative-attention-prompt");
    assertThatThrownBy(() -> new RelativeAttentionLocalizer.Settings(OptionalInt.empty(), "?", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crop.localizer.relative-attention-reach must be in (0, 1], got 0");
  }
}
