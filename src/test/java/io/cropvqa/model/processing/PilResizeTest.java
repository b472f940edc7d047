package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenTensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PilResizeTest {

  @TestFactory
  Stream<DynamicTest> givesTheBytesOfPillow() {
    GoldenTensors golden = GoldenTensors.read(Golden.path("images", "golden.safetensors"));
    return golden.names().stream()
        .filter(name -> name.startsWith("resized."))
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name, () -> assertThat(resize(name)).isEqualTo(golden.get(name).bytes())));
  }

  /** The name says what to do: {@code resized.<picture>.<width>.<height>.<filter>}. */
  private static byte[] resize(String name) {
    String[] parts = name.split("\\.");
    int width = Integer.parseInt(parts[2]);
    int height = Integer.parseInt(parts[3]);
    return PilResize.resize(
        Golden.picture(parts[1]),
        width,
        height,
        PixelWindow.ofWhole(width, height),
        ResampleFilter.ofCode(Integer.parseInt(parts[4])));
  }

  @ParameterizedTest
  @EnumSource
  void theSameSizeChangesNothing(ResampleFilter filter) {
    RgbImage image = Golden.picture("wide");
    byte[] same =
        PilResize.resize(
            image,
            image.width(),
            image.height(),
            PixelWindow.ofWhole(image.width(), image.height()),
            filter);
    assertThat(same).isEqualTo(image.rgb());
  }

  @ParameterizedTest
  @EnumSource
  void aWindowIsThatPartOfTheWhole(ResampleFilter filter) {
    RgbImage image = Golden.picture("tall");
    PixelWindow window = new PixelWindow(3, 30, 7, 9);
    byte[] whole = PilResize.resize(image, 20, 70, PixelWindow.ofWhole(20, 70), filter);
    byte[] part = PilResize.resize(image, 20, 70, window, filter);
    for (int row = 0; row < window.height(); row++) {
      int start = ((window.top() + row) * 20 + window.left()) * 3;
      assertThat(slice(part, row * 7 * 3, 7 * 3)).isEqualTo(slice(whole, start, 7 * 3));
    }
  }

  private static byte[] slice(byte[] bytes, int start, int length) {
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  @Test
  void theMiddleOfALongThinPictureNeedsNoMemoryForTheRest() {
    RgbImage thread = new RgbImage(1, 100_000, new byte[300_000], "thread");
    int height = 33_600_000;
    byte[] middle =
        PilResize.resize(
            thread, 336, height, new PixelWindow(0, height / 2, 336, 336), ResampleFilter.BICUBIC);
    assertThat(middle).hasSize(336 * 336 * 3).containsOnly(0);
  }

  @Test
  void aFilterThatIsNotSupportedIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResampleFilter.ofCode(0))
        .withMessageContaining("resample is 0")
        .withMessageContaining("3 (bicubic)");
  }
}
