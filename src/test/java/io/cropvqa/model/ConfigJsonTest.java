package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigJsonTest {
  @TempDir private Path folder;

  @Test
  void valuesAreReadAndAbsentOnesDefaulted() throws IOException {
    ConfigJson json =
        read("{\"n\":3,\"x\":0.5,\"b\":true,\"s\":\"t\",\"none\":null,\"in\":{\"n\":4}}");
    assertThat(json.integer("n", 1)).isEqualTo(3);
    assertThat(json.size("n", 1)).isEqualTo(3);
    assertThat(json.number("x", 1)).isEqualTo(0.5);
    assertThat(json.number("n", 1)).isEqualTo(3);
    assertThat(json.flag("b", false)).isTrue();
    assertThat(json.text("s", "")).isEqualTo("t");
    assertThat(json.child("in").integer("n", 1)).isEqualTo(4);
    assertThat(json.integer("none", 7)).isEqualTo(7);
    assertThat(json.child("absent").integer("n", 8)).isEqualTo(8);
    assertThat(json.child("none").flag("b", true)).isTrue();
  }

  @Test
  void wrongTypesNameKeyAndValue() throws IOException {
    ConfigJson json =
        read("{\"in\":{\"n\":4.7,\"long\":99999999999,\"x\":\"0.5\",\"b\":1,\"s\":[1],\"o\":\"text\"}}")
            .child("in");
    assertRefused(() -> json.integer("n", 1), "config.json in: n = 4.7 must be an integer");
    assertRefused(
        () -> json.integer("long", 1), "config.json in: long = 99999999999 must be an integer");
    assertRefused(() -> json.number("x", 1), "config.json in: x = \"0.5\" must be a number");
    assertRefused(() -> json.flag("b", true), "config.json in: b = 1 must be true or false");
    assertRefused(() -> json.text("s", ""), "config.json in: s = [1] must be a string");
    assertRefused(() -> json.child("o"), "config.json in: o = \"text\" must be an object");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void sizeMustBePositive(int size) throws IOException {
    ConfigJson json = read("{\"hidden_size\":" + size + "}");
    assertRefused(
        () -> json.size("hidden_size", 4),
        "config.json: hidden_size = " + size + " must be positive");
  }

  @Test
  void choiceNamesWhatIsSupported() throws IOException {
    ConfigJson json = read("{\"hidden_act\":\"relu\"}");
    assertRefused(
        () -> json.choice("hidden_act", "silu", Set.of("silu")),
        "config.json: hidden_act = \"relu\" is not supported, only [silu]");
  }

  @Test
  void missingFileIsSaidSo() {
    assertRefused(
        () -> ConfigJson.read(folder),
        folder + " holds no config.json: it must be a model in Hugging Face layout");
  }

  @Test
  void fileThatIsNotJsonIsSaidSo() {
    assertThatThrownBy(() -> read("{\"model_type\": llava}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("config.json is not JSON: Unrecognized token 'llava'");
  }

  private ConfigJson read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return ConfigJson.read(folder);
  }

  private static void assertRefused(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
