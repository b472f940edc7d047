package io.cropvqa.config;

import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Settings of delivery that contradict each other, or the connector's, are refused at start. */
final class DeliverySettings {
  static final String EXACTLY_ONCE = "exactly-once";

  private static final String QUESTIONS = "mp.messaging.incoming.questions.";
  private static final List<String> MODES = List.of("at-least-once", EXACTLY_ONCE);
  private static final List<String> ORDERS = List.of("none", "key");
  private static final Duration SHORTEST_TRANSACTION = Duration.ofSeconds(1);

  private final CropConfig crop;
  private final Config all;

  private DeliverySettings(CropConfig crop, Config all) {
    this.crop = crop;
    this.all = all;
  }

  /**
   * @param all every setting, the connector's included
   * @throws IllegalArgumentException naming the settings and what must hold between them
   */
  static void requireConsistent(CropConfig crop, Config all) {
    DeliverySettings settings = new DeliverySettings(crop, all);
    requireOneOf("crop.delivery", crop.delivery(), MODES);
    requireOneOf("crop.order", crop.order(), ORDERS);
    settings.requireChosenByDelivery("commit-strategy");
    settings.requireChosenByDelivery("failure-strategy");
    settings.requireChosenByDelivery("consumer-rebalance-listener.name");
    settings.requireNoOtherCommits();
    if (crop.delivery().equals(EXACTLY_ONCE)) {
      settings.requireCommittedQuestions();
      settings.requireTimeForTheLastTransaction();
    }
  }

  private static void requireOneOf(String name, String value, List<String> known) {
    require(
        known.contains(value), "%s must be %s, got %s", name, String.join(" or ", known), value);
  }

  private void requireChosenByDelivery(String name) {
    String chosen =
        name.startsWith("consumer")
            ? crop.delivery()
            : all.getValue("delivery." + crop.delivery() + "." + name, String.class);
    String value = all.getValue(QUESTIONS + name, String.class);
    require(
        value.equals(chosen),
        "%s%s follows from crop.delivery=%s and is %s, got %s: leave it out",
        QUESTIONS,
        name,
        crop.delivery(),
        chosen,
        value);
  }

  private void requireNoOtherCommits() {
    for (String prefix : List.of(QUESTIONS, "kafka.")) {
      require(
          !all.getOptionalValue(prefix + "enable.auto.commit", Boolean.class).orElse(false),
          "%senable.auto.commit=true would commit questions that have no answer: leave it out",
          prefix);
    }
  }

  private void requireCommittedQuestions() {
    String level = all.getValue(QUESTIONS + "isolation.level", String.class);
    require(
        level.equals("read_committed"),
        "%sisolation.level must be read_committed for crop.delivery=exactly-once, got %s: leave it"
            + " out",
        QUESTIONS,
        level);
    require(
        all.getOptionalValue("mp.messaging.outgoing.answers.transactional.id", String.class)
            .isEmpty(),
        "mp.messaging.outgoing.answers.transactional.id is not used: set crop.transactional-id");
  }

  private void requireTimeForTheLastTransaction() {
    Duration transaction = crop.transactionTimeout();
    require(
        transaction.compareTo(SHORTEST_TRANSACTION) >= 0,
        "crop.transaction-timeout must be at least 1s, got %s",
        transaction);
    require(
        transaction.compareTo(crop.drainTimeout()) <= 0,
        "crop.transaction-timeout <= crop.drain-timeout must hold, so that the last transaction can"
            + " end before the service does; got %s and %s",
        transaction,
        crop.drainTimeout());
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
