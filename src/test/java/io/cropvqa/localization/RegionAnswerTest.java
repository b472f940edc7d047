package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.Samples;
import io.cropvqa.model.processing.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionAnswerTest {
  private static final String DIGITS =
      "[\"<g0>\",\"<g1>\",\"<g2>\",\"<g3>\",\"<g4>\",\"<g5>\",\"<g6>\",\"<g7>\"]";
  private static TextTokenizer tokenizer;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    tokenizer = TextTokenizer.load(Samples.MODEL);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void bundledOneIsRead() {
    RegionAnswer answer = RegionAnswer.read(Samples.REGION_ANSWER, tokenizer);
    assertThat(answer.ask("where?")).isEqualTo("region for where?");
    for (int i = 0; i < 4; i++) {
      assertThat(answer.textBefore(i)).isEmpty();
    }
    for (int digit = 0; digit < 8; digit++) {
      assertThat(answer.digit(digit)).isEqualTo(tokenizer.idOf("<g" + digit + ">").getAsInt());
    }
  }

  @Test
  void textBetweenNumbersIsTokenized() throws IOException {
    RegionAnswer answer = read("find {question}", "left{xmin} {ymin},{xmax}{ymax} what", DIGITS);
    assertThat(answer.textBefore(0)).isEqualTo(tokenizer.encodeText("left"));
    assertThat(answer.textBefore(1)).isEqualTo(tokenizer.encodeText(" "));
    assertThat(answer.textBefore(2)).isEqualTo(tokenizer.encodeText(","));
    assertThat(answer.textBefore(3)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "region | {xmin}{ymin}{xmax}{ymax} | prompt must hold {question}",
        "{question} | {xmin}{ymin}{xmax} | answer must hold [{xmin}, {ymin}, {xmax}, {ymax}] in"
            + " this order",
        "{question} | {ymin}{xmin}{xmax}{ymax} | answer must hold [{xmin}, {ymin}, {xmax}, {ymax}]"
            + " in this order",
      })
  void textsMustHoldTheirPlaces(String prompt, String answer, String message) {
    assertThatThrownBy(() -> read(prompt, answer, DIGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("localizer.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"<g0>\"] | digits must list 8 tokens, it lists 1",
        "[\"<g0>\",\"<g1>\",\"<g2>\",\"<g3>\",\"<g4>\",\"<g5>\",\"<g6>\",\"7th\"] | digit \"7th\""
            + " is no token of the tokenizer",
        "[\"<g0>\",\"<g1>\",\"<g2>\",\"<g3>\",\"<g4>\",\"<g5>\",\"<g6>\",null] | digit \"null\" is"
            + " no token of the tokenizer",
        "[\"<g0>\",\"<g1>\",\"<g2>\",\"<g3>\",\"<g4>\",\"<g5>\",\"<g6>\",\"<g6>\"] | digits must"
            + " list 8 different tokens",
      })
  void digitsMustBeEightTokens(String digits, String message) {
    assertThatThrownBy(() -> read("{question}", "{xmin}{ymin}{xmax}{ymax}", digits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("localizer.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"answer\":\"\",\"digits\":[]} | prompt",
        "{\"prompt\":null,\"answer\":\"\",\"digits\":[]} | prompt",
        "{\"prompt\":\"\",\"answer\":\"\",\"digits\":\"0\"} | digits",
        "{\"prompt\":\"\",\"answer\":\"\",\"digits\":[],\"digit\":1} | digit",
        "not json | Unrecognized token 'not'",
      })
  void unreadableFileIsNamed(String json, String message) throws IOException {
    Files.writeString(folder.resolve("localizer.json"), json);
    assertThatThrownBy(() -> RegionAnswer.read(folder, tokenizer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("can't read " + folder.resolve("localizer.json"), message);
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> RegionAnswer.read(folder, tokenizer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder + " holds no localizer.json: it says how the localizer is asked");
  }

  private RegionAnswer read(String prompt, String answer, String digits) throws IOException {
    Files.writeString(
        folder.resolve("localizer.json"),
        "{\"prompt\":\"%s\",\"answer\":\"%s\",\"digits\":%s}".formatted(prompt, answer, digits));
    return RegionAnswer.read(folder, tokenizer);
  }
}
