package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfig;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliverySettingsTest {
  private static final String QUESTIONS = "mp.messaging.incoming.questions.";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "crop.delivery=at-least-once",
        "crop.delivery=exactly-once",
        "crop.delivery=exactly-once crop.order=key crop.transaction-timeout=20s",
        "crop.max-in-flight=64"
      })
  void theseGoTogether(String settings) {
    assertThatCode(() -> check(settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop.delivery=at-most-once | crop.delivery must be at-least-once or exactly-once, got"
            + " at-most-once",
        "crop.order=partition | crop.order must be none or key, got partition",
        "Q.commit-strategy=latest | Q.commit-strategy follows from crop.delivery=at-least-once and"
            + " is throttled, got latest: leave it out",
        "crop.delivery=exactly-once Q.commit-strategy=throttled | Q.commit-strategy follows from"
            + " crop.delivery=exactly-once and is ignore, got throttled: leave it out",
        "Q.failure-strategy=ignore | Q.failure-strategy follows from crop.delivery=at-least-once"
            + " and is dead-letter-queue, got ignore: leave it out",
        "Q.enable.auto.commit=true | Q.enable.auto.commit=true would commit questions that have no"
            + " answer: leave it out",
        "crop.delivery=exactly-once Q.isolation.level=read_uncommitted | Q.isolation.level must be"
            + " read_committed for crop.delivery=exactly-once, got read_uncommitted: leave it out",
        "crop.delivery=exactly-once mp.messaging.outgoing.answers.transactional.id=a |"
            + " mp.messaging.outgoing.answers.transactional.id is not used: set"
            + " crop.transactional-id",
        "crop.delivery=exactly-once crop.transaction-timeout=500ms | crop.transaction-timeout must"
            + " be at least 1s, got PT0.5S",
        "crop.delivery=exactly-once crop.transaction-timeout=21s | crop.transaction-timeout <="
            + " crop.drain-timeout must hold, so that the last transaction can end before the"
            + " service does; got PT21S and PT20S"
      })
  void theseContradict(String settings, String message) {
    assertThatThrownBy(() -> check(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("Q.", QUESTIONS));
  }

  @Test
  void whatOnlyTransactionsNeedIsNotAskedOfOthers() {
    assertThatCode(() -> check("crop.transaction-timeout=21s")).doesNotThrowAnyException();
  }

  private static void check(String settings) {
    Map<String, String> values =
        Stream.of(settings.split(" "))
            .filter(setting -> !setting.isBlank())
            .map(setting -> setting.replace("Q.", QUESTIONS).split("=", 2))
            .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    SmallRyeConfig config = ShippedSettings.with(values);
    DeliverySettings.requireConsistent(config.getConfigMapping(CropConfig.class), config);
  }
}
