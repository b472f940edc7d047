package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "fifteen-letters"})
  void aWeakTokenIsRefusedAtTheStart(String token) {
    assertThatThrownBy(() -> check(Map.of("crop.api.token", token)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crop.api.token has " + token.length() + " characters");
  }

  @Test
  void aStrongTokenOrNoneIsGood() {
    assertThatCode(() -> check(Map.of("crop.api.token", "sixteen-letters!")))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(Map.of())).doesNotThrowAnyException();
  }

  private static void check(Map<String, String> settings) {
    SmallRyeConfig config = new SmallRyeConfigBuilder().withDefaultValues(settings).build();
    Preflight.requireStrong(
        config.getOptionalValue("crop.api.token", String.class),
        config.getConfigValue("crop.api.token"));
  }
}
