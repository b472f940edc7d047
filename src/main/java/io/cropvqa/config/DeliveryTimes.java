package io.cropvqa.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * How many questions are held and for how long, and the one formula that has to hold:
 *
 * <pre>
 * n = crop.max-in-flight       questions worked on at once; they are settled within
 * D = crop.drain-timeout       at most, which is for the operator to know
 * p = max.poll.records  <= n   so that what one poll brings in is settled within D
 * W = D * (1 + 3 p / n)        worst time of a question in memory: up to 3 polls wait behind those
 * A = record-max-age    > W    or 0; else a busy service would be taken for a stuck one
 * G = crop.grace-period >= D + 10 s   to commit, and to close the clients, before SIGKILL
 * heartbeat <= session / 3, session < max.poll.interval
 * </pre>
 */
record DeliveryTimes(
    String channel,
    int maxInFlight,
    int maxPollRecords,
    Duration drainTimeout,
    Duration gracePeriod,
    Duration recordMaxAge,
    Duration sessionTimeout,
    Duration heartbeatInterval,
    Duration maxPollInterval) {

  /** Polls that the connector holds in memory before it asks for no more. */
  private static final int POLLS_AHEAD = 3;

  /** From the last answer to the exit: commits, clients, models. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  /**
   * @param channel the incoming channel whose consumer it is about
   */
  static DeliveryTimes of(String channel, Config config, CropConfig crop) {
    return new DeliveryTimes(
        channel,
        crop.maxInFlight(),
        setting(config, channel, "max.poll.records", 500),
        crop.drainTimeout(),
        crop.gracePeriod(),
        millis(config, channel, "throttled.unprocessed-record-max-age.ms", 60_000),
        millis(config, channel, "session.timeout.ms", 45_000),
        millis(config, channel, "heartbeat.interval.ms", 3_000),
        millis(config, channel, "max.poll.interval.ms", 300_000));
  }

  private static Duration millis(Config config, String channel, String name, int byDefault) {
    return Duration.ofMillis(setting(config, channel, name, byDefault));
  }

  /** Of the channel, else of all of Kafka's clients, else the client's own. */
  private static int setting(Config config, String channel, String name, int byDefault) {
    return config
        .getOptionalValue(named(channel, name), Integer.class)
        .or(() -> config.getOptionalValue("kafka." + name, Integer.class))
        .orElse(byDefault);
  }

  private static String named(String channel, String name) {
    return "mp.messaging.incoming." + channel + "." + name;
  }

  /**
   * @throws IllegalArgumentException naming every setting that contradicts another, and the fix
   */
  void requireConsistent() {
    List<String> contradictions = new ArrayList<>();
    if (maxInFlight < 1) {
      contradictions.add("crop.max-in-flight = %d must be at least 1".formatted(maxInFlight));
    } else {
      counts(contradictions);
    }
    stop(contradictions);
    membership(contradictions);
    if (!contradictions.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", contradictions));
    }
  }

  private void counts(List<String> contradictions) {
    if (maxPollRecords > maxInFlight) {
      contradictions.add(
          "%s = %d brings in more than crop.max-in-flight = %d, which is what crop.drain-timeout is for: leave it unset, it follows crop.max-in-flight"
              .formatted(named(channel, "max.poll.records"), maxPollRecords, maxInFlight));
    }
    if (!recordMaxAge.isZero() && recordMaxAge.compareTo(worstTimeInMemory()) <= 0) {
      contradictions.add(
          "%s = %d is not above the %d ms that a question may be in memory (crop.drain-timeout = %s, times 1 + %d * max.poll.records / crop.max-in-flight): set it to 0 or above, or lower crop.drain-timeout"
              .formatted(
                  named(channel, "throttled.unprocessed-record-max-age.ms"),
                  recordMaxAge.toMillis(),
                  worstTimeInMemory().toMillis(),
                  text(drainTimeout),
                  POLLS_AHEAD));
    }
  }

  private Duration worstTimeInMemory() {
    double waves = 1 + (double) POLLS_AHEAD * maxPollRecords / maxInFlight;
    return Duration.ofMillis((long) (drainTimeout.toMillis() * waves));
  }

  private void stop(List<String> contradictions) {
    if (drainTimeout.plus(CLOSING).compareTo(gracePeriod) > 0) {
      contradictions.add(
          "crop.drain-timeout = %s and %s to commit and close do not fit into crop.grace-period = %s: lower the first, or raise the last together with terminationGracePeriodSeconds"
              .formatted(text(drainTimeout), text(CLOSING), text(gracePeriod)));
    }
  }

  private void membership(List<String> contradictions) {
    if (heartbeatInterval.multipliedBy(3).compareTo(sessionTimeout) > 0) {
      contradictions.add(
          "%s = %d is more than a third of session.timeout.ms = %d, so one late heartbeat costs the partitions: lower it to %d"
              .formatted(
                  named(channel, "heartbeat.interval.ms"),
                  heartbeatInterval.toMillis(),
                  sessionTimeout.toMillis(),
                  sessionTimeout.toMillis() / 3));
    }
    if (sessionTimeout.compareTo(maxPollInterval) >= 0) {
      contradictions.add(
          "%s = %d is not below max.poll.interval.ms = %d, so a killed instance keeps its partitions longer than a stuck one: lower it (10000 by default)"
              .formatted(
                  named(channel, "session.timeout.ms"),
                  sessionTimeout.toMillis(),
                  maxPollInterval.toMillis()));
    }
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
