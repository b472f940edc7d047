package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTimesTest {
  private static final String QUESTIONS = "mp.messaging.incoming.questions.";

  @Test
  void theDefaultsAgree() {
    assertThatCode(() -> Preflight.check(ShippedSettings.with(Map.of())))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop.max-in-flight=64, crop.drain-timeout=50s, crop.grace-period=60s",
        "Q.throttled.unprocessed-record-max-age.ms=0, crop.drain-timeout=2h, crop.grace-period=3h",
        "Q.throttled.unprocessed-record-max-age.ms=80001",
        "Q.max.poll.records=1, Q.throttled.unprocessed-record-max-age.ms=23751",
        "kafka.max.poll.interval.ms=10001, Q.heartbeat.interval.ms=3333",
      })
  void whatFitsIsLetThrough(String settings) {
    assertThatCode(() -> Preflight.check(ShippedSettings.with(parse(settings))))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop.max-in-flight=0 | crop.max-in-flight = 0 must be at least 1",
        "Q.max.poll.records=33 | Q.max.poll.records = 33 brings in more than crop.max-in-flight ="
            + " 32",
        "Q.throttled.unprocessed-record-max-age.ms=80000 |"
            + " Q.throttled.unprocessed-record-max-age.ms = 80000 is not above the 80000 ms",
        "crop.drain-timeout=15m, crop.grace-period=16m | (crop.drain-timeout = 900s, times 1 + 3",
        "crop.drain-timeout=21s | crop.drain-timeout = 21s and 10s to commit and close do not fit"
            + " into crop.grace-period = 30s",
        "crop.grace-period=29500ms | crop.grace-period = 29500ms",
        "Q.heartbeat.interval.ms=3334 | session.timeout.ms = 10000, so one late heartbeat costs the"
            + " partitions: lower it to 3333",
        "kafka.max.poll.interval.ms=10000 | Q.session.timeout.ms = 10000 is not below"
            + " max.poll.interval.ms = 10000",
      })
  void whatContradictsIsNamedWithValuesAndFix(String settings, String message) {
    assertThatThrownBy(() -> Preflight.check(ShippedSettings.with(parse(settings))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message.replace("Q.", QUESTIONS));
  }

  @Test
  void allContradictionsAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                Preflight.check(
                    ShippedSettings.with(
                        parse(
                            "crop.drain-timeout=1m, Q.max.poll.records=33,"
                                + " Q.heartbeat.interval.ms=9000"))))
        .message()
        .hasLineCount(3);
  }

  private static Map<String, String> parse(String settings) {
    return Arrays.stream(settings.replace("Q.", QUESTIONS).split(", *"))
        .map(setting -> setting.split("="))
        .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
  }
}
