package io.cropvqa.config;

import io.cropvqa.event.QuestionEventReader;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Wires what reads and writes events. */
final class EventProducer {

  @Produces
  @Singleton
  QuestionEventReader questionEventReader(CropConfig config) {
    return reader(config);
  }

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  static QuestionEventReader reader(CropConfig config) {
    return new QuestionEventReader(config.maxQuestionCharacters(), config.maxImages());
  }
}
