package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.Samples;
import io.cropvqa.model.processing.TextTokenizer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentWordsTest {
  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = TextTokenizer.load(Samples.MODEL);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @CsvSource({
    "what number is on the crab?, crab",
    "Which object has number 35?, 35",
    "WHAT COLOR is behind the STRAWBERRY?!, strawberry",
    "is there a cow next to a cow or a lion?, cow lion",
    "which object has the word open?, open",
    "how many objects are there?, ''",
    "what is in the top left corner?, ''",
    "what is the weather?, ''",
    "who is the zeitgeist?, ''",
    "'<g3> <image> </s>', ''",
    "'…?!', ''",
  })
  void onlyWhatCanBeLookedForIsLeft(String question, String words) {
    int[] expected =
        words.isEmpty() ? new int[0] : IntStream.of(tokenizer.encodeText(words)).toArray();
    assertThat(new ContentWords(tokenizer).of(question)).isEqualTo(expected);
  }
}
