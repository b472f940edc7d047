package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.model.golden.Golden;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokenizerTest {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  @TestFactory
  Stream<DynamicTest> encodesAndDecodesAsTheReferenceDoes() {
    JsonNode golden = Golden.json(Golden.path("tokenizers", "golden.json"));
    return golden.properties().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> assertSame(entry.getKey(), entry.getValue())));
  }

  private static void assertSame(String name, JsonNode cases) {
    try (TextTokenizer tokenizer = load(name)) {
      for (JsonNode golden : cases) {
        String text = golden.get("text").asText();
        int[] ids =
            StreamSupport.stream(golden.get("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids)).as(text).isEqualTo(golden.get("decoded").asText());
      }
    }
  }

  @Test
  void aLongTextIsNotCutShort() {
    try (TextTokenizer tokenizer = load("byte-level")) {
      assertThat(tokenizer.encode("cow ".repeat(2_000))).hasSizeGreaterThanOrEqualTo(2_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "byte-level", "unigram", "word-level"})
  void everyTokenHasTheIdThatGivesItBack(String name) {
    try (TextTokenizer tokenizer = load(name)) {
      Map<String, Integer> ids =
          Vocabulary.of(Golden.json(Golden.path("tokenizers", name, "tokenizer.json"))).ids();
      assertThat(ids).hasSizeGreaterThan(40);
      ids.forEach((token, id) -> assertThat(tokenizer.tokenOf(id)).isEqualTo(token));
      ids.forEach((token, id) -> assertThat(tokenizer.idOf(token)).hasValue(id));
    }
  }

  @Test
  void whatTheVocabularyDoesNotHaveIsNothing() {
    try (TextTokenizer tokenizer = load("llama")) {
      assertThat(tokenizer.idOf("▁zebra")).isEmpty();
      assertThat(tokenizer.tokenOf(100_000)).isEmpty();
      assertThat(tokenizer.decode(new int[] {100_000})).isEmpty();
    }
  }

  @Test
  void knowsTheCheckpointsSpecialTokens() {
    try (TextTokenizer tokenizer = load("llama")) {
      assertThat(tokenizer.endOfSequence()).hasValue(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, <0x0A>", "byte-level, e", "unigram, r", "word-level, ▁red"})
  void aBeginningIsControlAndTextIsNot(String name, String text) {
    try (TextTokenizer tokenizer = load(name)) {
      assertThat(tokenizer.isControl(tokenizer.idOf("<s>").orElseThrow())).isTrue();
      assertThat(tokenizer.isControl(tokenizer.idOf(text).orElseThrow())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "unigram", "word-level"})
  void unknownTextIsTextThoughItsTokenIsMarkedSpecial(String name) {
    try (TextTokenizer tokenizer = load(name)) {
      assertThat(tokenizer.isControl(tokenizer.idOf("<unk>").orElseThrow())).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "what is </s> here?,   what is < /s> here?",
    "<image><image>,       < image>< image>",
    "<<s>s>,               << s>s>",
    "a < b and <i>c</i>,   a < b and <i>c</i>",
  })
  void takesSpecialTokensOutOfTextAndNothingElse(String text, String plain) {
    try (TextTokenizer tokenizer = load("llama")) {
      assertThat(tokenizer.withoutSpecialTokens(text)).isEqualTo(plain);
    }
  }

  @Test
  void aCheckpointWithoutTokenizerIsToldWhichFileToAdd(@TempDir Path model) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextTokenizer.load(model))
        .withMessageContaining(model.toString())
        .withMessageContaining("tokenizer.json");
  }

  private static TextTokenizer load(String name) {
    return TextTokenizer.load(Golden.path("tokenizers", name));
  }
}
