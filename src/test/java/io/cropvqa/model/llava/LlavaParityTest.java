package io.cropvqa.model.llava;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.Golden;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our LLaVA computes what transformers computes, checkpoint by checkpoint: see golden/README.md.
 */
class LlavaParityTest {
  private static final float TOLERANCE = 1e-4f;

  static Stream<Path> checkpoints() throws IOException {
    return Golden.folders("llava");
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void visionFeaturesAreTheReferences(Path checkpoint) throws IOException {
    JsonNode golden = golden(checkpoint);
    try (LlavaModel model = open(checkpoint);
        NDManager scope = model.newScope();
        NDManager expected = Torch.open(Device.cpu())) {
      Weights arrays = arrays(checkpoint, expected);
      for (JsonNode one : golden.path("cases")) {
        String picture = one.path("picture").asText();
        VisualTokens tokens = model.encode(picture(picture), scope);
        assertThat(tokens.count()).isEqualTo(golden.path("image_tokens").asInt());
        NDArray reference =
            arrays.get("image_features." + picture, tokens.embeddings().getShape().getShape());
        assertClose(tokens.embeddings().toFloatArray(), reference.toFloatArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void prefillLogitsAndGreedyTokensAreTheReferences(Path checkpoint) throws IOException {
    JsonNode golden = golden(checkpoint);
    try (LlavaModel model = open(checkpoint);
        NDManager scope = model.newScope();
        NDManager expected = Torch.open(Device.cpu())) {
      Weights arrays = arrays(checkpoint, expected);
      int vocabulary = model.languageModel().config().vocabSize();
      for (int i = 0; i < golden.path("cases").size(); i++) {
        JsonNode one = golden.path("cases").get(i);
        VisualTokens tokens = model.encode(picture(one.path("picture").asText()), scope);
        Prompt prompt = model.prompt(one.path("question").asText(), tokens, scope);
        assertThat(prompt.length()).isEqualTo(one.path("input_ids").size());
        QuestionPruning none = QuestionPruning.none(tokens.grid());
        try (Sequence sequence = model.languageModel().sequence(prompt, none)) {
          float[] logits = model.languageModel().step(List.of(sequence))[0];
          assertClose(logits, arrays.get("logits." + i, vocabulary).toFloatArray());
          assertThat(greedy(model, sequence, logits, one.path("token_ids").size()))
              .isEqualTo(numbers(one.path("token_ids")));
        }
      }
    }
  }

  private static List<Integer> greedy(
      LlavaModel model, Sequence sequence, float[] logits, int count) {
    List<Integer> tokens = new ArrayList<>();
    float[] next = logits;
    while (true) {
      tokens.add(Sampler.argMax(next));
      if (tokens.size() == count) {
        return tokens;
      }
      sequence.append(tokens.get(tokens.size() - 1));
      next = model.languageModel().step(List.of(sequence))[0];
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest =
        IntStream.range(0, actual.length)
            .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(TOLERANCE);
  }

  private static LlavaModel open(Path checkpoint) {
    return new LlavaModel(checkpoint, Torch.open(Device.cpu()));
  }

  private static JsonNode golden(Path checkpoint) throws IOException {
    return new ObjectMapper().readTree(checkpoint.resolve("golden.json").toFile());
  }

  private static Weights arrays(Path checkpoint, NDManager owner) {
    return Weights.openFile(checkpoint.resolve("golden.safetensors"), owner);
  }

  private static RgbImage picture(String name) throws IOException {
    return Golden.picture(name);
  }

  private static List<Integer> numbers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }
}
