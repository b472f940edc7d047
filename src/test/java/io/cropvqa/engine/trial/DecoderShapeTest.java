package io.cropvqa.engine.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderShapeTest {

  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b, 576, 6.6",
    "llava-1.5-13b, 576, 12.9",
    "llava-next-7b, 2880, 7.1",
    "llava-next-13b, 2880, 12.9",
    "qwen2-vl-2b, 768, 1.5",
    "qwen2-vl-7b, 768, 7.1",
    "qwen2.5-vl-3b, 768, 3.1",
    "smolvlm-2.2b, 1377, 1.7",
    "llama-1b, 576, 1.0"
  })
  void shapesHaveTheSizesThatTheirNamesSay(String name, int visualTokens, double billions) {
    DecoderShape shape = DecoderShape.named(name);
    double perToken = new DecoderCost(shape.config()).weightBytesPerToken() / 4e9;

    assertThat(shape.layout().size()).isEqualTo(visualTokens);
    assertThat(Math.round(10 * perToken) / 10.0).isEqualTo(billions);
  }

  @Test
  void theTinyOneIsTheBundledModels() {
    ConfigJson bundled = ConfigJson.read(Path.of("src/main/resources/models/crop-scenes-2m"));

    assertThat(DecoderShape.named("tiny").config())
        .isEqualTo(LanguageModelConfig.read(bundled.child("text_config"), true));
    assertThat(DecoderShape.named("tiny").layout().size())
        .isEqualTo(bundled.size("image_seq_length", 0));
  }

  @Test
  void tilesLieOnTheirPartsOfThePicture() {
    var grids = DecoderShape.named("llava-next-13b").layout().grids();

    assertThat(grids).hasSize(5);
    assertThat(grids.get(0).area()).isEqualTo(1);
    assertThat(grids.get(4).canvas().left()).isEqualTo(0.5);
    assertThat(grids.get(4).canvas().bottom()).isEqualTo(1);
  }

  @Test
  void theFirstLayersMakeAShapeOfTheirOwn() {
    DecoderShape shape = DecoderShape.named("llama-1b");

    assertThat(shape.first(3).config().numHiddenLayers()).isEqualTo(3);
    assertThat(shape.first(22)).isEqualTo(shape);
    assertThatThrownBy(() -> shape.first(23)).hasMessage("llama-1b has 1 to 22 layers, not 23");
    assertThatThrownBy(() -> shape.first(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    assertThatThrownBy(() -> DecoderShape.named("llava-7b"))
        .hasMessageContaining("\"llava-7b\" is unknown")
        .hasMessageContaining("llava-1.5-7b");
  }
}
