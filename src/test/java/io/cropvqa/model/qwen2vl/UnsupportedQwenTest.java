package io.cropvqa.model.qwen2vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A good checkpoint with one key that we can't serve: opening it names the key and its value. */
class UnsupportedQwenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text_config.rope_parameters.rope_type | \"yarn\" | rope_type = \"yarn\" is not supported",
        "text_config.rope_parameters.mrope_section | [2,3,4] | mrope_section = [2, 3, 4] must",
        "text_config.rope_parameters.mrope_section | [4,4] | mrope_section = [4, 4] must",
        "text_config.rope_parameters.mrope_section | 8 | mrope_section = 8 must be a list",
        "text_config.hidden_act | \"relu\" | hidden_act = \"relu\" is not supported",
        "vision_config.hidden_act | \"relu\" | hidden_act = \"relu\" is not supported",
        "vision_config.in_channels | 1 | in_channels = 1 is not supported",
        "vision_config.patch_size | [4,4] | patch_size = [4,4] must be an integer",
        "vision_config.rope_parameters.rope_type | \"dynamic\" | rope_type = \"dynamic\" is not",
        "vision_config.num_heads | 3 | must be a multiple of 4 num_heads = 12",
        "vision_config.depth | 1 | that its config.json has no place for, first"
            + " model.visual.blocks",
      })
  void config(String key, String value, String message) throws IOException {
    refuses("qwen2_vl", "config.json", key, value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vision_config.window_size | 4 | window_size = 4 holds no token of 8 pixels",
        "vision_config.out_hidden_size | 48 | tokens of size 48, the decoder's hidden_size is 32",
        "vision_config.fullatt_block_indexes | 7 | fullatt_block_indexes = 7 must be a list",
      })
  void configOfWindows(String key, String value, String message) throws IOException {
    refuses("qwen2_5_vl", "config.json", key, value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image_processor.image_processor_type | \"CLIPImageProcessor\" | image_processor_type is"
            + " \"CLIPImageProcessor\", supported is Qwen2VLImageProcessor",
        "image_processor.patch_size | 14 | patch_size is 14, supported is 4 as in config.json",
        "image_processor.merge_size | 3 | merge_size is 3, supported is 2 as in config.json",
        "image_processor.do_resize | false | do_resize is false, supported is true",
        "image_processor.min_pixels | 4000 | min_pixels is 4000, more than max_pixels, 2048",
        "image_processor.resample | 5 | resample is 5",
        "image_processor.max_tiles | 5 | max_tiles is 5",
      })
  void imageSettings(String key, String value, String message) throws IOException {
    refuses("qwen2_vl", "processor_config.json", key, value, message);
  }

  private void refuses(String family, String file, String key, String value, String message)
      throws IOException {
    try (Stream<Path> files = Files.list(GoldenCheckpoint.of(family, "plain").directory())) {
      for (Path each : files.toList()) {
        Files.copy(each, folder.resolve(each.getFileName()));
      }
    }
    ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve(file).toFile());
    String[] path = key.split("\\.");
    ObjectNode owner = json;
    for (String name : Arrays.copyOf(path, path.length - 1)) {
      owner = (ObjectNode) owner.get(name);
    }
    owner.set(path[path.length - 1], JSON.readTree(value));
    JSON.writeValue(folder.resolve(file).toFile(), json);

    NDManager root = Torch.open(Device.cpu());
    assertThatThrownBy(() -> Checkpoints.open(folder, root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(root.isOpen()).as("the weights' scope").isFalse();
  }
}
