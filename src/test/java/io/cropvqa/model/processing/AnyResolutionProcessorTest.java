package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.golden.GoldenTensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AnyResolutionProcessorTest {
  private static final Path VICUNA = GoldenCheckpoint.of("llava_next", "vicuna").directory();

  @TestFactory
  Stream<DynamicTest> givesTheFloatsOfTransformers() {
    return GoldenCheckpoint.all("llava_next").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> assertSame(golden)));
  }

  private static void assertSame(GoldenCheckpoint golden) {
    ConfigJson config = ConfigJson.read(golden.directory());
    int side = config.child("vision_config").size("image_size", 0);
    AnyResolutionProcessor processor =
        AnyResolutionProcessor.load(
            golden.directory(), side, config.pairs("image_grid_pinpoints", List.of()));
    for (GoldenCheckpoint.Case question : golden.cases()) {
      AnyResolutionImage image = processor.process(Golden.picture(question.picture()));
      GoldenTensors.Tensor expected = golden.pixelValues(question); // [1, pictures, 3, H, W]
      assertThat(image.pictures()).hasSize(expected.shape().get(1));
      assertThat(image.side()).isEqualTo(expected.shape().get(3));
      float[] floats = expected.floats();
      int each = 3 * side * side;
      for (int i = 0; i < image.pictures().size(); i++) {
        assertThat(image.pictures().get(i))
            .isEqualTo(Arrays.copyOfRange(floats, i * each, (i + 1) * each));
      }
    }
  }

  /**
   * 2x2 tiles of 24 fit an 80x60 picture best: scaled to 48x36, 6 rows of padding on either side.
   */
  @Test
  void tilesLieOnThePictureAndItsPadding() {
    ImageBox canvas =
        AnyResolutionProcessor.load(
                VICUNA, 24, ConfigJson.read(VICUNA).pairs("image_grid_pinpoints", List.of()))
            .process(new RgbImage(80, 60, new byte[80 * 60 * 3], "a"))
            .canvas();
    assertThat(canvas.left()).isZero();
    assertThat(canvas.right()).isEqualTo(1);
    assertThat(canvas.top()).isCloseTo(-6.0 / 36, within(1e-12));
    assertThat(canvas.bottom()).isCloseTo(42.0 / 36, within(1e-12));
  }

  @Test
  void picturesOfAnotherSizeThanTheTowersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnyResolutionProcessor.load(VICUNA, 32, List.of(List.of(32, 64))))
        .withMessageContaining("vision_config image_size = 32");
  }

  @Test
  void otherResolutionsThanTheModelsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnyResolutionProcessor.load(VICUNA, 24, List.of(List.of(24, 24))))
        .withMessageContaining("image_grid_pinpoints is [[24,48]");
  }
}
