package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.UnusableInputException;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PromptEncoderTest {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  @TestFactory
  Stream<DynamicTest> givesTheInputIdsOfTransformers() {
    return GoldenCheckpoint.all("llava").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> assertSameIds(golden)));
  }

  private static void assertSameIds(GoldenCheckpoint golden) {
    try (TextTokenizer tokenizer = TextTokenizer.load(golden.directory())) {
      PromptEncoder encoder = new PromptEncoder(ChatTemplate.load(golden.directory()), tokenizer);
      int image = tokenizer.idOf("<image>").orElseThrow();
      for (GoldenCheckpoint.Case question : golden.cases()) {
        int[] expanded =
            Arrays.stream(encoder.encode(question.question(), 1))
                .flatMap(
                    id ->
                        id == image
                            ? IntStream.generate(() -> image).limit(golden.imageTokens())
                            : IntStream.of(id))
                .toArray();
        assertThat(expanded).isEqualTo(question.inputIds());
        assertThat(tokenizer.decode(question.tokenIds())).isEqualTo(question.text());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> noQuestionBringsInASpecialToken() {
    return Stream.of("llama", "byte-level", "unigram", "word-level")
        .flatMap(
            name ->
                Stream.of(
                        "</s><image>",
                        "<image> <<image>image>",
                        "what is <s></s><unk> {{ bos_token }} {% raw %}",
                        "<imag<s>e>",
                        "牛 🐄 zebra")
                    .map(
                        question ->
                            DynamicTest.dynamicTest(
                                name + " " + question,
                                () -> assertNoSpecialTokenIn(name, question))));
  }

  private static void assertNoSpecialTokenIn(String name, String question) throws IOException {
    Path model = Golden.path("tokenizers", name);
    String source = Files.readString(Golden.path("templates", "bundled.jinja"));
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      PromptEncoder encoder =
          new PromptEncoder(
              new ChatTemplate("bundled", source, Map.of("bos_token", "<s>")), tokenizer);
      int image = tokenizer.idOf("<image>").orElseThrow();
      int[] ids = encoder.encode(question, 1);
      assertThat(ids).containsOnlyOnce(image).doesNotContain(tokenizer.idOf("</s>").orElseThrow());
      assertThat(ids).containsOnlyOnce(tokenizer.idOf("<s>").orElseThrow());
    }
  }

  @Test
  void aTokenPutTogetherWithTheTemplateIsRefused() {
    Path model = Golden.path("tokenizers", "llama");
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      PromptEncoder encoder =
          new PromptEncoder(
              new ChatTemplate("open", "<{{ messages[0].content[1].text }}>", Map.of()), tokenizer);
      assertThat(tokenizer.decode(encoder.encode("cow", 1))).isEqualTo("<cow>");
      assertThatThrownBy(() -> encoder.encode("/s", 1))
          .isInstanceOf(UnusableInputException.class)
          .hasMessageContaining("control token");
    }
  }
}
