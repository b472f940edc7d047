package io.cropvqa.config;

import java.util.Arrays;
import java.util.Locale;

/** Which stages of a question's way a service does. */
public enum Stages {
  /** All of them: questions in, answers out. */
  ALL,
  /** The first: finds where a question looks, and hands it on. */
  LOCALIZE,
  /** The second: answers what a service of the first handed on. */
  INFER;

  /**
   * The ones that {@code crop.stages} names.
   *
   * @throws IllegalArgumentException for another name
   */
  public static Stages of(CropConfig config) {
    return Arrays.stream(values())
        .filter(stages -> stages.wireName().equals(config.stages()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "crop.stages must be all, localize or infer, got " + config.stages()));
  }

  /**
   * @throws IllegalArgumentException naming settings that contradict each other
   */
  static void requireUsable(CropConfig config) {
    CropConfig.Topics topics = config.topics();
    if (of(config) == LOCALIZE && config.localizer().kind().equals("none")) {
      throw new IllegalArgumentException(
          "crop.stages = localize with crop.localizer.kind = none would find nothing: choose a"
              + " localizer, or crop.stages = all");
    }
    if (of(config) != ALL) {
      requireOther(config, "crop.topics.questions", topics.questions());
      requireOther(config, "crop.topics.answers", topics.answers());
      requireOther(config, "crop.topics.dead-letters", topics.deadLetters());
    }
  }

  private static void requireOther(CropConfig config, String name, String topic) {
    if (topic.equals(config.topics().localized())) {
      throw new IllegalArgumentException(
          "crop.topics.localized and %s are both %s: crop.stages = %s needs two topics"
              .formatted(name, topic, config.stages()));
    }
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
