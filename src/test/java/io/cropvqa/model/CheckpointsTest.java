package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A good checkpoint with one thing wrong: opening it says what, and leaves nothing behind. */
class CheckpointsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(GoldenCheckpoint.of("llava", "mha-untied").directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"qwen3_vl\" | model_type = \"qwen3_vl\" is not supported, only [idefics3,"
            + " llava, llava_next, qwen2_5_vl, qwen2_vl, smolvlm]",
        "vision_feature_layer | -9 | vision_feature_layer = -9, but vision_config num_hidden_layers"
            + " = ",
        "vision_feature_layer | 40 | vision_feature_layer = 40, but vision_config num_hidden_layers"
            + " = ",
        "vision_feature_layer | [-2,-5] | vision_feature_layer = [-2,-5] must be an integer",
        "vision_feature_select_strategy | \"cls\" | vision_feature_select_strategy = \"cls\" is not"
            + " supported",
        "projector_hidden_act | \"tanh\" | projector_hidden_act = \"tanh\" is not supported",
        "text_config | \"llama\" | text_config = \"llama\" must be an object",
        "vision_config.model_type | \"pixtral\" | vision_config: model_type = \"pixtral\" is not"
            + " supported, only [clip_vision_model, siglip_vision_model]",
        "vision_config.model_type | \"siglip_vision_model\" | vision_feature_select_strategy ="
            + " \"default\" is not supported, only [full]",
        "vision_config.num_channels | 4 | vision_config: num_channels = 4 is not supported, only 3",
        "vision_config.patch_size | 0 | vision_config: patch_size = 0 must be positive",
        "vision_config.patch_size | 5 | vision_tower.embeddings.patch_embedding.weight has shape",
        "text_config.num_hidden_layers | 1 | weights that its config.json has no place for, first",
        "text_config.num_hidden_layers | 9 | has no weight language_model.model.layers.",
        "text_config.intermediate_size | 11 | mlp.gate_proj.weight has shape",
        "text_config.vocab_size | 11 | embed_tokens.weight has shape",
      })
  void wrongConfigIsNamed(String key, String value, String message) throws IOException {
    set(key, value);
    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json | holds no config.json",
        "model.safetensors | holds neither model.safetensors nor model.safetensors.index.json",
        "tokenizer.json | has no tokenizer.json",
        "processor_config.json | has no image settings",
        "chat_template.jinja | has no chat template",
      })
  void missingFileIsNamed(String file, String message) throws IOException {
    Files.delete(folder.resolve(file));
    assertRefused(message);
  }

  @Test
  void directoryThatIsNoneIsNamed() {
    Path missing = folder.resolve("nowhere");
    NDManager root = Torch.open(Device.cpu());
    assertThatThrownBy(() -> Checkpoints.open(missing, root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(missing + " is no directory: crop.model must be one in Hugging Face layout");
    assertThat(root.isOpen()).isFalse();
  }

  private void assertRefused(String message) {
    NDManager root = Torch.open(Device.cpu());
    assertThatThrownBy(() -> Checkpoints.open(folder, root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(root.isOpen()).as("the weights' scope").isFalse();
  }

  private void set(String key, String value) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    List<String> path = List.of(key.split("\\."));
    ObjectNode owner = path.size() == 1 ? config : (ObjectNode) config.get(path.get(0));
    owner.set(path.get(path.size() - 1), JSON.readTree(value));
    JSON.writeValue(file.toFile(), config);
  }
}
