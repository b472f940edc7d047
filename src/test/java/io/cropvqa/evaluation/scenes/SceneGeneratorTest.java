package io.cropvqa.evaluation.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SceneGeneratorTest {
  private static final int SCENES = 200;

  @ParameterizedTest
  @EnumSource
  void sameSplitSeedAndIndexGiveTheSameSceneByteForByte(Split split) {
    Scene first = new SceneGenerator(split, 7).scene(3);
    SceneGenerator other = new SceneGenerator(split, 7);
    other.scene(2);

    assertThat(other.scene(3).png()).isEqualTo(first.png());
    assertThat(other.scene(3).items()).isEqualTo(first.items());
  }

  @Test
  void everySplitSeedAndIndexGivesAnotherScene() {
    List<byte[]> scenes =
        List.of(
            new SceneGenerator(Split.TRAIN, 7).scene(3).png(),
            new SceneGenerator(Split.VALIDATION, 7).scene(3).png(),
            new SceneGenerator(Split.TRAIN, 8).scene(3).png(),
            new SceneGenerator(Split.TRAIN, 7).scene(4).png());

    assertThat(scenes).extracting(Arrays::hashCode).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void objectsLieOnThePictureAndTouchNoOther(Split split) {
    for (Scene scene : scenes(split)) {
      for (SceneItem item : scene.items()) {
        PixelBox box = item.box();
        assertThat(List.of(box.left(), box.top())).allMatch(edge -> edge >= 0);
        assertThat(List.of(box.right(), box.bottom()))
            .allMatch(edge -> edge <= SceneGenerator.SIZE);
        assertThat(scene.items())
            .filteredOn(other -> other.box().isWithin(1, box))
            .containsExactly(item);
      }
    }
  }

  @Test
  void aSceneHoldsFiveObjectsOrMoreOnAverageOfTwentyFourNames() {
    List<Scene> scenes = scenes(Split.NEW_SCENES);

    assertThat(scenes.stream().mapToInt(scene -> scene.items().size()).average().orElseThrow())
        .isBetween(5.0, 6.0);
    assertThat(scenes.stream().flatMap(scene -> scene.items().stream()).map(SceneItem::name))
        .containsAll(new SceneGenerator(Split.NEW_SCENES, 0).names());
    assertThat(new SceneGenerator(Split.NEW_SCENES, 0).names()).hasSize(24);
  }

  @ParameterizedTest
  @CsvSource({
    "NEW_SCENES, 4, 7",
    "HELD_OUT_CUTOUTS, 4, 7",
    "NEW_SCENES_CROWDED, 8, 11",
    "NEW_SCENES_PACKED, 10, 13"
  })
  void aSplitHasScenesOfEachNumberOfObjects(Split split, int least, int most) {
    assertThat(scenes(split).stream().map(scene -> scene.items().size()).distinct())
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(least, most).boxed().toList());
  }

  /** What the items say is what was painted: the card's colour is there, where its box is. */
  @Test
  void aCardIsPaintedInItsColorWithinTheObjectsBox() {
    for (Scene scene : scenes(Split.TRAIN)) {
      for (SceneItem item : scene.items()) {
        item.card()
            .ifPresent(
                card ->
                    assertThat(pixelsLike(card, scene, item.box()))
                        .as("%s on %s", item.name(), card)
                        .isGreaterThan(60));
      }
    }
  }

  private static long pixelsLike(CardColor card, Scene scene, PixelBox box) {
    Color painted = card.shade(new MiddleRandom());
    return IntStream.range(box.top(), box.bottom())
        .boxed()
        .flatMapToInt(
            y -> IntStream.range(box.left(), box.right()).map(x -> scene.picture().getRGB(x, y)))
        .filter(rgb -> isLike(new Color(rgb), painted))
        .count();
  }

  private static boolean isLike(Color pixel, Color color) {
    return Math.abs(pixel.getRed() - color.getRed()) <= CardColor.JITTER
        && Math.abs(pixel.getGreen() - color.getGreen()) <= CardColor.JITTER
        && Math.abs(pixel.getBlue() - color.getBlue()) <= CardColor.JITTER;
  }

  /** Draws the middle of every range, so that a shade is the colour itself. */
  private static final class MiddleRandom extends java.util.Random {
    private static final long serialVersionUID = 1L;

    @Override
    public int nextInt(int bound) {
      return bound / 2;
    }
  }

  @Test
  void heldOutPartsAreNeverTrainedOn() {
    SceneAssets train = SceneAssets.of(Split.TRAIN);
    SceneAssets heldOut = SceneAssets.of(Split.HELD_OUT_CUTOUTS);
    SceneAssets newScenes = SceneAssets.of(Split.NEW_SCENES);

    assertThat(heldOut.names()).isEqualTo(train.names());
    assertThat(heldOut.cutouts().values()).allMatch(drawings -> drawings.size() == 1);
    assertThat(train.cutouts().values()).allMatch(drawings -> drawings.size() == 3);
    assertThat(train.backgrounds()).hasSize(12);
    assertThat(newScenes.backgrounds()).hasSize(4);
    assertThat(train.typefaces()).hasSize(14);
    assertThat(newScenes.typefaces()).hasSize(2);
    assertThat(newScenes.cutouts().get("cow")).hasSize(3);
  }

  @Test
  void anUnknownSplitIsRefusedWithTheKnownOnes() {
    assertThat(Split.named("held-out-cutouts")).isEqualTo(Split.HELD_OUT_CUTOUTS);
    assertThatThrownBy(() -> Split.named("test"))
        .hasMessageContaining("\"test\"")
        .hasMessageContaining("new-scenes");
  }

  private static List<Scene> scenes(Split split) {
    SceneGenerator generator = new SceneGenerator(split, 11);
    return LongStream.range(0, SCENES).mapToObj(generator::scene).toList();
  }
}
