package io.cropvqa.model.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalizerFolderTest {
  private static final LocalizerConfig CONFIG = TinyLocalizer.config(12);

  @TempDir Path model;
  private NDManager memory;
  private Map<String, NDArray> weights;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
    weights = TinyLocalizer.weights(CONFIG, 1, memory);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    LocalizerFolder.write(model, CONFIG, weights);

    assertThat(LocalizerFolder.open(model, 12, memory).config()).isEqualTo(CONFIG);
    assertThat(model.toFile().list()).containsExactly("localizer");
    assertThat(model.resolve("localizer").toFile().list())
        .containsExactlyInAnyOrder("config.json", "model.safetensors");
  }

  @Test
  void anOlderOneIsReplacedAndTheRevisionTells() throws Exception {
    LocalizerFolder.write(model, CONFIG, weights);
    String before = LocalizerFolder.revision(model);
    LocalizerFolder.write(model, CONFIG, weights);
    assertThat(LocalizerFolder.revision(model)).isEqualTo(before);

    LocalizerFolder.write(model, CONFIG, TinyLocalizer.weights(CONFIG, 2, memory));

    assertThat(LocalizerFolder.revision(model)).isNotEqualTo(before);
    assertThat(model.toFile().list()).containsExactly("localizer");
  }

  @Test
  void missingWeightIsNamed() throws Exception {
    weights.remove("layers.1.cross_attn.k_proj.weight");
    LocalizerFolder.write(model, CONFIG, weights);
    refuses(12, "localizer has no weight layers.1.cross_attn.k_proj.weight");
  }

  @Test
  void weightOfAnotherShapeIsNamed() throws Exception {
    weights.put("head.weight", memory.zeros(new Shape(4, 16, 9)));
    LocalizerFolder.write(model, CONFIG, weights);
    refuses(12, "weight head.weight has shape [4, 16, 9], config.json asks for [4, 16, 8]");
  }

  @Test
  void surplusWeightIsNamed() throws Exception {
    weights.put("tail.weight", memory.zeros(new Shape(1)));
    LocalizerFolder.write(model, CONFIG, weights);
    refuses(12, "first tail.weight");
  }

  @Test
  void localizerOfAnotherModelIsRefused() throws Exception {
    LocalizerFolder.write(model, CONFIG, weights);
    refuses(64, "visual_size = 12, the model's hidden_size is 64");
  }

  @Test
  void modelWithoutOneSaysHowToGetOne() {
    refuses(12, "holds no localizer/: train one with train --localizer");
  }

  @Test
  void configThatMakesNoSenseIsNamed() throws Exception {
    Path folder = Files.createDirectory(model.resolve("localizer"));
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"llava\"}");
    refuses(12, "model_type = \"llava\" is not supported");
    String typed = "{\"model_type\": \"crop-attention-localizer\", ";
    Files.writeString(config, typed + "\"hidden_size\": 128}");
    refuses(12, "visual_size = 0 must be positive");
    Files.writeString(config, typed + "\"visual_size\": 12, \"hidden_size\": 30}");
    refuses(12, "hidden_size = 30 must be a multiple of 4");
    Files.writeString(config, typed + "\"visual_size\": 12, \"num_attention_heads\": 3}");
    refuses(12, "must be a multiple of num_attention_heads = 3");
    Files.writeString(config, typed + "\"visual_size\": 12, \"coverage\": 0.5}");
    refuses(12, "coverage = 0.5 must be above 0.5");
  }

  private void refuses(int visualSize, String message) {
    assertThatThrownBy(() -> LocalizerFolder.open(model, visualSize, memory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(model.toString());
  }
}
