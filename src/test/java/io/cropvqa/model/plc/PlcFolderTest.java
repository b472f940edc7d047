package io.cropvqa.model.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.weights.ModelRevision;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlcFolderTest {
  private static final PlcConfig CONFIG = new PlcConfig(8, 12, 3, 0.125);

  @TempDir private Path model;
  private NDManager root;

  @BeforeEach
  void open() {
    root = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, NDArray> weights = RandomPlc.weights(CONFIG, root);
    PlcFolder.write(model, CONFIG, weights);
    assertThat(files(model.resolve("plc"))).containsExactly("config.json", "plc.safetensors");
    PlcFolder.Opened opened = PlcFolder.open(model, 8, root).orElseThrow();
    PlcNetwork read = opened.network();
    assertThat(read.config()).isEqualTo(CONFIG);
    assertThat(read.region().oProj().toFloatArray())
        .isEqualTo(weights.get("region.o_proj.weight").toFloatArray());
    assertThat(read.background().queries().toFloatArray())
        .isEqualTo(weights.get("background.queries").toFloatArray());
    long numbers = weights.values().stream().mapToLong(NDArray::size).sum();
    assertThat(opened.bytes()).isEqualTo(4 * numbers);
  }

  @Test
  void newOneTakesThePlaceOfTheOld() throws IOException {
    PlcFolder.write(model, CONFIG, RandomPlc.weights(CONFIG, root));
    PlcConfig other = new PlcConfig(8, 4, 1, 0);
    PlcFolder.write(model, other, RandomPlc.weights(other, root));
    assertThat(PlcFolder.open(model, 8, root).orElseThrow().network().config()).isEqualTo(other);
    assertThat(files(model)).containsExactly("plc");
  }

  @Test
  void modelMayHaveNone() {
    assertThat(PlcFolder.open(model, 8, root)).isEmpty();
  }

  @Test
  void oneOfAnotherModelIsRefused() throws IOException {
    PlcFolder.write(model, CONFIG, RandomPlc.weights(CONFIG, root));
    assertThatThrownBy(() -> PlcFolder.open(model, 16, root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            model.resolve("plc")
                + ": config.json: visual_size = 8, the model's hidden_size is 16: it was trained"
                + " for another model");
  }

  @Test
  void faultIsNamed() throws IOException {
    PlcFolder.write(model, CONFIG, RandomPlc.weights(CONFIG, root));
    Path config = model.resolve("plc/config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("crop-plc", "resampler"));
    assertRefused("config.json: model_type = \"resampler\" is not supported");
    Files.writeString(config, text.replace("0.125", "1.5"));
    assertRefused("config.json: anchors = 1.5 must be in [0, 1)");
    Files.writeString(config, text.replace("12", "13"));
    assertRefused("config.json: hidden_size = 13 must be a multiple of num_attention_heads = 3");
    Files.writeString(config, text.replace("12", "15"));
    assertRefused("weight region.queries has shape [64, 12], config.json asks for [64, 15]");
    Files.writeString(config, text);
    Files.delete(model.resolve("plc/plc.safetensors"));
    assertRefused("there is no plc.safetensors");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> PlcFolder.open(model, 8, root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(model.resolve("plc") + ": " + message);
  }

  /** A model's plc/ folder is read with it, and answers made with another are told apart. */
  @Test
  void modelReadsItsOwn() throws IOException {
    GoldenCheckpoint golden = GoldenCheckpoint.of("llava", "mha-untied");
    for (String file : files(golden.directory())) {
      Files.copy(golden.directory().resolve(file), model.resolve(file));
    }
    String without = ModelRevision.of(model);
    try (VisionLanguageModel opened = Checkpoints.open(model, Torch.open(Device.cpu()))) {
      assertThat(opened.plc()).isEmpty();
      PlcConfig config = PlcConfig.of(opened.languageModel().config().hiddenSize());
      PlcFolder.write(model, config, RandomPlc.weights(config, root));
    }
    try (VisionLanguageModel opened = Checkpoints.open(model, Torch.open(Device.cpu()))) {
      assertThat(opened.plc()).isPresent();
      assertThat(opened.revision()).isNotEqualTo(without);
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
