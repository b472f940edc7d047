package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.UnusableInputException;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.golden.GoldenTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageProcessorTest {
  private static final RgbImage WIDE = new RgbImage(80, 40, new byte[80 * 40 * 3], "wide");

  @TempDir Path model;

  @TestFactory
  Stream<DynamicTest> givesTheFloatsOfTransformers() {
    GoldenTensors golden = GoldenTensors.read(Golden.path("images", "golden.safetensors"));
    JsonNode configs = Golden.json(Golden.path("images", "configs.json"));
    return golden.names().stream()
        .filter(name -> name.startsWith("pixel_values."))
        .map(
            name -> {
              String[] parts = name.split("\\.");
              return DynamicTest.dynamicTest(
                  name,
                  () -> {
                    ImageProcessor processor =
                        new ImageProcessor(ImageSettings.of(configs.get(parts[1])));
                    assertSame(processor.process(Golden.picture(parts[2])), golden.get(name));
                  });
            });
  }

  @TestFactory
  Stream<DynamicTest> readsTheSettingsWhereverACheckpointKeepsThem() {
    return GoldenCheckpoint.all("llava").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.name(),
                    () -> {
                      ImageProcessor processor = ImageProcessor.load(golden.directory());
                      for (GoldenCheckpoint.Case question : golden.cases()) {
                        assertSame(
                            processor.process(Golden.picture(question.picture())),
                            golden.pixelValues(question));
                      }
                    }));
  }

  /** Bit for bit: AssertJ compares floats of arrays by their bits, so -0 is not 0. */
  private static void assertSame(ProcessedImage processed, GoldenTensors.Tensor expected) {
    int dimensions = expected.shape().size();
    assertThat(processed.height()).isEqualTo(expected.shape().get(dimensions - 2));
    assertThat(processed.width()).isEqualTo(expected.shape().get(dimensions - 1));
    assertThat(processed.pixels()).isEqualTo(expected.floats());
  }

  @Test
  void aCentreCropLiesInsideTheOriginal() throws IOException {
    ProcessedImage processed =
        process("{'size': {'shortest_edge': 20}, 'crop_size': {'height': 20, 'width': 20}}");
    assertBox(processed.canvas(), 0.25, 0, 0.75, 1);
  }

  @Test
  void stretchingCoversTheOriginal() throws IOException {
    ProcessedImage processed =
        process("{'size': {'height': 20, 'width': 20}, 'do_center_crop': false}");
    assertBox(processed.canvas(), 0, 0, 1, 1);
  }

  @Test
  void paddingReachesBeyondTheOriginal() throws IOException {
    ProcessedImage processed =
        process(
            "{'image_processor_type': 'LlavaImageProcessor', 'do_pad': true,"
                + " 'size': {'shortest_edge': 20}, 'crop_size': 20}");
    assertBox(processed.canvas(), 0, -0.5, 1, 1.5);
  }

  @Test
  void aCropLargerThanThePictureReachesBeyondIt() throws IOException {
    ProcessedImage processed = process("{'do_resize': false, 'crop_size': 120}");
    assertBox(processed.canvas(), -0.25, -1, 1.25, 2);
  }

  private static void assertBox(ImageBox box, double... edges) {
    assertThat(new double[] {box.left(), box.top(), box.right(), box.bottom()})
        .containsExactly(edges, within(1e-12));
  }

  @Test
  void theDefaultsAreThoseOfClip() throws IOException {
    ProcessedImage processed = process("{}");
    assertThat(processed.height()).isEqualTo(224);
    assertThat(processed.width()).isEqualTo(224);
    assertThat(processed.pixels()[0]).isEqualTo(-0.48145466f / 0.26862954f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{'image_processor_type': 'ViTImageProcessor'}`   | image_processor_type |"
            + " ViTImageProcessor",
        "`{'size': {'longest_edge': 9}}`                   | size                 | longest_edge",
        "`{'size': {'shortest_edge': 0}}`                  | size                 | at least 1",
        "`{'size': 'large'}`                               | size                 | large",
        "`{'crop_size': {'shortest_edge': 9}}`             | crop_size            | {height,"
            + " width}",
        "`{'resample': 0}`                                 | resample             | 0",
        "`{'resample': 'bicubic'}`                         | resample             | bicubic",
        "`{'do_resize': 1}`                                | do_resize            | true or false",
        "`{'rescale_factor': 'x'}`                         | rescale_factor       | a number",
        "`{'image_mean': [0.5, 0.5]}`                      | image_mean           | [0.5,0.5]",
        "`{'image_std': [0.5, 0.5, 'x']}`                  | image_std            | three",
        "`{'do_image_splitting': true}`                    | do_image_splitting   | left out",
        "`{'do_pad': true}`                                | do_pad               |"
            + " CLIPImageProcessor",
      })
  void whatIsNotSupportedIsNamed(String json, String key, String detail) throws IOException {
    write("preprocessor_config.json", json);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageProcessor.load(model))
        .withMessageContaining(model.toString())
        .withMessageContaining(key)
        .withMessageContaining(detail);
  }

  @Test
  void aCheckpointWithoutSettingsIsToldWhichFileToAdd() throws IOException {
    write("processor_config.json", "{'patch_size': 14}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageProcessor.load(model))
        .withMessageContaining("preprocessor_config.json");
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    write("preprocessor_config.json", "{'size': ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageProcessor.load(model))
        .withMessageContaining("preprocessor_config.json is not JSON");
  }

  @ParameterizedTest
  @CsvSource({"10000000, true", "1000000, false"})
  void aPictureTooLongAndThinIsRefused(int width, boolean crop) throws IOException {
    write(
        "preprocessor_config.json",
        "{'size': 336, 'crop_size': 336, 'do_center_crop': %s}".formatted(crop));
    ImageProcessor processor = ImageProcessor.load(model);
    RgbImage thread = new RgbImage(width, 1, new byte[3 * width], "thread");
    assertThatThrownBy(() -> processor.process(thread))
        .isInstanceOf(UnusableInputException.class)
        .hasMessageContaining("too long and thin");
  }

  private ProcessedImage process(String json) throws IOException {
    write("preprocessor_config.json", json);
    return ImageProcessor.load(model).process(WIDE);
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(model.resolve(file), json.replace('\'', '"'));
  }
}
