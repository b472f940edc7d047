package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.model.golden.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokenizers as their checkpoints publish them give the ids of the reference: see golden/README.md.
 */
class PublishedTokenizersTest {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  @TempDir private Path model;

  @ParameterizedTest
  @ValueSource(strings = {"llama-2", "qwen2.5"})
  void fiveHundredPromptsAreTokenizedAsTheReferenceDoes(String name) throws IOException {
    Path folder = Golden.path("tokenizers", "published", name);
    try (InputStream zipped = unzipped(folder.resolve("tokenizer.json.gz"))) {
      Files.copy(zipped, model.resolve("tokenizer.json"));
    }
    assertTokenizedAsIn(folder);
  }

  /** Of those that no package carries only the ids are here, whoever has them can compare. */
  @ParameterizedTest
  @ValueSource(strings = "smollm2")
  void soAreThoseOfOnesOwnTokenizers(String name) throws IOException {
    String directory = System.getProperty("test.tokenizers");
    assumeTrue(
        directory != null,
        "-Dtest.tokenizers=DIR, with DIR/" + name + "/tokenizer.json as published, isn't set");
    Files.copy(Path.of(directory, name, "tokenizer.json"), model.resolve("tokenizer.json"));
    assertTokenizedAsIn(Golden.path("tokenizers", "published", name));
  }

  private void assertTokenizedAsIn(Path folder) throws IOException {
    Files.copy(folder.resolve("tokenizer_config.json"), model.resolve("tokenizer_config.json"));
    JsonNode cases;
    try (InputStream zipped = unzipped(folder.resolve("golden.json.gz"))) {
      cases = new ObjectMapper().readTree(zipped);
    }
    assertThat(cases).hasSize(500);
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      for (JsonNode golden : cases) {
        String text = golden.get("text").asText();
        List<Integer> ids =
            StreamSupport.stream(golden.get("ids").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
        int[] encoded = tokenizer.encode(text);
        assertThat(encoded).as(text).containsExactly(ids.toArray(Integer[]::new));
        assertThat(tokenizer.decode(encoded)).as(text).isEqualTo(golden.get("decoded").asText());
      }
    }
  }

  private static InputStream unzipped(Path file) throws IOException {
    return new GZIPInputStream(Files.newInputStream(file));
  }
}
