package io.cropvqa.model.qwen2vl;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.processing.ImageProcessor;
import io.cropvqa.model.processing.PatchSizes;
import io.cropvqa.model.processing.ProcessedImage;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PatchesTest {

  /** Bit for bit: the picture's size, its pixels, and the order of patches. */
  @TestFactory
  Stream<DynamicTest> pixelValuesAreTheReferences() {
    return Stream.of("qwen2_vl", "qwen2_5_vl")
        .flatMap(family -> GoldenCheckpoint.all(family).stream())
        .flatMap(
            golden ->
                golden.cases().stream()
                    .map(
                        question ->
                            DynamicTest.dynamicTest(
                                golden + " " + question.picture(),
                                () ->
                                    assertThat(pixelValues(golden, question.picture()))
                                        .isEqualTo(golden.pixelValues(question).floats()))));
  }

  private static float[] pixelValues(GoldenCheckpoint golden, String picture) {
    ConfigJson vision = ConfigJson.read(golden.directory()).child("vision_config");
    PatchSizes sizes =
        golden.toString().startsWith("qwen2_vl")
            ? QwenVisionConfig.qwen2(vision).patches()
            : QwenVisionConfig.qwen25(vision).patches();
    ImageProcessor processor = ImageProcessor.loadDynamic(golden.directory(), sizes);
    return Patches.of(processor.process(Golden.picture(picture)), sizes);
  }

  /** One row of two blocks of 2x2 patches of one pixel; red counts from 0, green from 100. */
  @Test
  void patchesOfABlockAreNeighboursAndFramesRepeat() {
    float[] pixels = new float[3 * 8];
    for (int i = 0; i < 8; i++) {
      pixels[i] = i;
      pixels[8 + i] = 100 + i;
    }
    ProcessedImage image = new ProcessedImage(pixels, 2, 4, new ImageBox(0, 0, 1, 1));
    float[] patches = Patches.of(image, new PatchSizes(1, 2, 2));
    int[] expected = {0, 1, 4, 5, 2, 3, 6, 7};
    assertThat(patches).hasSize(8 * 6);
    for (int patch = 0; patch < 8; patch++) {
      for (int frame = 0; frame < 2; frame++) {
        assertThat(patches[patch * 6 + frame]).isEqualTo(expected[patch]);
        assertThat(patches[patch * 6 + 2 + frame]).isEqualTo(100 + expected[patch]);
        assertThat(patches[patch * 6 + 4 + frame]).isZero();
      }
    }
  }
}
